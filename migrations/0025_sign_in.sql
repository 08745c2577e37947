-- Signing in: passwords that were, one-time codes, where a session comes from and when it was last used.

alter table county add column security_policy jsonb not null default '{}';
comment on column county.security_policy is 'Rules for passwords, locks and one-time codes, with what holds by default left out.';

alter table operator
  add column password_changed_at timestamptz not null default now(),
  add column last_sign_in_at timestamptz,
  add column totp_secret bytea,
  add column totp_confirmed_at timestamptz,
  add column totp_last_step bigint,
  add constraint operator_totp_confirmed check (totp_confirmed_at is null or totp_secret is not null);
comment on column operator.totp_secret is 'The secret of one-time codes, encrypted under a key that is not in the database.';
comment on column operator.totp_last_step is 'The newest time step whose code was used: it and older ones are refused.';

create table operator_password (
  county_id smallint not null,
  operator_id integer not null,
  password_no bigint generated always as identity,
  password_hash text not null,
  at timestamptz not null default now(),
  constraint operator_password_key primary key (county_id, operator_id, password_no),
  constraint operator_password_operator foreign key (county_id, operator_id) references operator
);
comment on table operator_password is 'Work. The newest passwords of a sign-in, as digests, so that none of them is chosen again; older ones are deleted.';

alter table session
  add column session_id uuid not null default gen_random_uuid(),
  add column last_seen_at timestamptz not null default now(),
  add column address text not null default '',
  add column user_agent text not null default '',
  add constraint session_id_once unique (session_id);
comment on column session.last_seen_at is 'When a request last came with it, to the half minute: one left idle too long is over.';
