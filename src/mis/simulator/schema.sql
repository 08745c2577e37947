-- The reference billing system's tables, in a schema of their own. Statements may be run again at every start.

create schema if not exists reference_mis;

create table if not exists setting (
  name text primary key,
  value jsonb not null
);
comment on table setting is 'What must survive a restart: schema version, seed, clock, behaviours, faults still to come.';

create table if not exists account (
  account_no text primary key,
  name text not null,
  address text not null,
  org_code text not null,
  org_name text not null,
  status char(1) not null default 'N',
  balance_fen bigint not null default 0,
  opening_balance_fen bigint not null default 0,
  disconnected boolean not null default false,
  partial_ok boolean not null default true,
  prepay_ok boolean not null default true,
  max_fen bigint not null default 999999999999,
  special_no smallint unique,
  constraint account_no_form check (account_no ~ '^(\d{10}|\d{13})$'),
  constraint account_status check (status in ('N', 'C', 'L', 'K')),
  constraint account_max check (max_fen between 1 and 999999999999)
);
comment on table account is '户. Status N normal, C closed, L locked, K card meter. opening_balance_fen is the balance no payment explains.';

create table if not exists bill (
  bill_id text primary key,
  account_no text not null references account,
  month char(6) not null,
  amount_fen bigint not null,
  late_fee_fen bigint not null default 0,
  paid_fen bigint not null default 0,
  late_fee_paid_fen bigint not null default 0,
  opening_paid_fen bigint not null default 0,
  opening_late_fee_paid_fen bigint not null default 0,
  energy bigint not null,
  constraint bill_paid check (paid_fen between 0 and amount_fen),
  constraint bill_late_paid check (late_fee_paid_fen between 0 and late_fee_fen)
);
comment on table bill is '应收. What is still due is amount less paid; the late fee is counted apart. The opening columns are what no payment explains.';
create index if not exists bill_account on bill (account_no, month, bill_id);

create table if not exists payment (
  payment_id bigint generated always as identity primary key,
  serial text,
  apply_no int not null default 1,
  channel_id text,
  account_no text not null references account,
  amount_fen bigint not null,
  kind text not null,
  acct_date char(8) not null,
  settle_date char(8) not null,
  mis_ref text not null unique,
  posted_at char(17) not null,
  posted_ms bigint not null,
  operator text not null,
  bills_fen bigint not null,
  late_fee_fen bigint not null,
  prepaid_fen bigint not null,
  balance_fen bigint not null,
  notices text[] not null default '{}',
  reversed_by text unique,
  constraint payment_serial unique (serial, apply_no),
  constraint payment_amount check (amount_fen > 0),
  constraint payment_kind check (kind in ('hall', 'bank', 'card', 'other')),
  constraint payment_spread check (serial is null or bills_fen + late_fee_fen + prepaid_fen = amount_fen)
);
comment on table payment is '收费. apply_no is above 1 only where the behaviour dedup=none lets a serial be applied again. Without a serial: history from the seed, outside the books.';
create index if not exists payment_account on payment (account_no, posted_at desc);
create index if not exists payment_settled on payment (settle_date, channel_id);

create table if not exists payment_bill (
  payment_id bigint not null references payment,
  bill_id text not null references bill on delete cascade,
  amount_fen bigint not null,
  late_fee_fen bigint not null,
  primary key (payment_id, bill_id)
);
comment on table payment_bill is 'How a payment was spread over bills, so that a reversal takes back the same.';

create table if not exists reversal (
  serial text primary key,
  orig_serial text not null unique,
  channel_id text not null,
  account_no text not null references account,
  amount_fen bigint not null,
  settle_date char(8) not null,
  mis_ref text not null unique,
  posted_at char(17) not null,
  operator text not null,
  approver1 text not null,
  approver2 text not null,
  balance_fen bigint not null
);
comment on table reversal is '冲正. The whole of one payment taken back, under a serial of its own.';
create index if not exists reversal_settled on reversal (settle_date, channel_id);

create sequence if not exists mis_ref;
comment on sequence mis_ref is 'Numbers payments and reversals.';

create table if not exists serial_memo (
  serial text primary key,
  kind char(1),
  content_hash text not null,
  outcome text,
  code char(4),
  at char(17),
  receive_count int not null default 0,
  apply_count int not null default 0,
  conflict_count int not null default 0,
  constraint serial_memo_outcome check (outcome in ('posted', 'refused', 'closed'))
);
comment on table serial_memo is 'What is remembered of a serial. kind P posting, R reversal. Without an outcome nothing binds: the serial may come again.';

create table if not exists nonce (
  channel_id text not null,
  nonce text not null,
  at bigint not null,
  primary key (channel_id, nonce)
);
comment on table nonce is 'Nonces seen in the last minutes, by the clock of the billing system: a message is taken once.';
create index if not exists nonce_age on nonce (at);

create table if not exists wire_log (
  n bigint generated always as identity primary key,
  profile text not null,
  conn bigint not null,
  direction text not null,
  at char(17) not null,
  op text,
  serial text,
  fields jsonb not null,
  fault text,
  constraint wire_log_direction check (direction in ('in', 'out'))
);
comment on table wire_log is 'Every message, masked: known fields alone, accounts and names shortened.';
create index if not exists wire_log_serial on wire_log (serial);

create table if not exists day (
  acct_date char(8) primary key,
  state text not null,
  constraint day_state check (state in ('open', 'cut', 'final'))
);
comment on table day is '账务日期 that were opened, cut or made final by hand; all others follow the clock.';
