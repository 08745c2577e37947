-- What is decided once for the whole installation.

create table installation (
  name text primary key,
  value text not null,
  decided_at timestamptz not null default now()
);
comment on table installation is 'Position. Decisions kept with the data, such as whether they are demonstration data.';
