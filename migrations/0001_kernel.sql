-- What the kernel needs: counties as the leading key of everything, audit, idempotency, sessions, jobs.

create extension if not exists btree_gist;

create table county (
  county_id smallint primary key,
  code text not null,
  name text not null,
  name_en text not null,
  hotline_number text,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint county_id_range check (county_id between 0 and 999),
  constraint county_code_digits check (code ~ '^\d{6}$'),
  constraint county_code_once unique (code),
  constraint county_hotline_once unique (hotline_number)
);
comment on table county is 'Position. One county company (县公司). Its id is the first three digits of its card serials; 0 is the installation itself.';

insert into county (county_id, code, name, name_en) values (0, '000000', '系统', 'Installation');

create table audit (
  county_id smallint not null references county,
  audit_id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  request_id text not null,
  operation text not null,
  outcome text not null,
  actor_role text not null,
  actor_id integer,
  actor_name text not null,
  details jsonb not null,
  constraint audit_key primary key (county_id, audit_id)
);
comment on table audit is 'Fact. Every operation and sensitive read, in the transaction of what it records; refused ones too.';
create index audit_by_time on audit (county_id, at);

create table audit_unsealed (
  county_id smallint not null,
  audit_id bigint not null,
  constraint audit_unsealed_key primary key (county_id, audit_id)
);
comment on table audit_unsealed is 'Work. Audit rows that no seal covers yet; the sealer empties it once a second.';

create table audit_seal (
  county_id smallint not null references county,
  seal_no bigint not null,
  sealed_at timestamptz not null default clock_timestamp(),
  audit_ids int8multirange not null,
  row_macs bytea not null,
  previous_mac bytea not null,
  mac bytea not null,
  constraint audit_seal_key primary key (county_id, seal_no)
);
comment on table audit_seal is 'Fact. One block of the audit chain: which rows, a keyed digest of each, and a keyed digest over the block and its predecessor.';

create function audit_queue() returns trigger language plpgsql as $$
begin
  insert into audit_unsealed select county_id, audit_id from new_rows;
  return null;
end $$;
create trigger audit_queue after insert on audit referencing new table as new_rows
  for each statement execute function audit_queue();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
comment on function refuse_change is 'Facts are never updated or deleted.';
create trigger audit_append_only before update or delete on audit for each statement execute function refuse_change();
create trigger audit_seal_append_only before update or delete on audit_seal for each statement execute function refuse_change();

create table idempotency (
  county_id smallint not null references county,
  operation text not null,
  caller text not null,
  key text not null,
  input_digest bytea not null,
  result jsonb,
  at timestamptz not null default now(),
  constraint idempotency_key primary key (county_id, operation, caller, key)
);
comment on table idempotency is 'Fact. The first result of each idempotency key, per operation and caller, written with what it answers.';

create table job (
  county_id smallint not null references county,
  job_id bigint generated always as identity,
  kind text not null,
  state text not null default 'waiting',
  input jsonb not null,
  done_count bigint not null default 0,
  total_count bigint not null default 0,
  result jsonb,
  error text,
  cancel_requested boolean not null default false,
  created_by integer,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  constraint job_key primary key (county_id, job_id),
  constraint job_state check (state in ('waiting', 'running', 'succeeded', 'failed', 'cancelled'))
);
comment on table job is 'Work. Long work with progress. Whoever runs one holds its advisory lock, so that a crash frees it at once.';
create index job_open on job (county_id, created_at) where state in ('waiting', 'running');
create index audit_seal_covers on audit_seal using gist (county_id, audit_ids);
