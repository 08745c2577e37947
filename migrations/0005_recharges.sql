-- Recharges, their postings to the billing system, and the limits on guessing.

create sequence transaction_sequence;
comment on sequence transaction_sequence is 'Numbers recharges and postings; the last ten digits of a transaction serial. Never reset.';

create table recharge (
  county_id smallint not null references county,
  recharge_id bigint not null,
  serial bigint not null,
  batch_id integer not null,
  face_value_fen integer not null,
  from_state text not null,
  holder_id integer not null,
  account_no text not null,
  channel text not null,
  caller text,
  call_id text,
  accepted_at timestamptz not null default clock_timestamp(),
  constraint recharge_key primary key (county_id, recharge_id),
  constraint recharge_card foreign key (county_id, serial) references card,
  constraint recharge_from_active check (from_state in ('seller', 'customer')),
  constraint recharge_channel check (channel in ('voice', 'sms', 'web', 'desk'))
);
comment on table recharge is 'Fact. A recharge (充值业务明细) as it was accepted; what became of it is recharge_event.';
create index recharge_by_card on recharge (county_id, serial);
create index recharge_by_account on recharge (county_id, account_no, accepted_at);
create index recharge_by_time on recharge (county_id, accepted_at);
create index recharge_by_call on recharge (county_id, call_id) where call_id is not null;
create trigger recharge_append_only before update or delete on recharge for each statement execute function refuse_change();

create table recharge_event (
  county_id smallint not null,
  recharge_id bigint not null,
  event_no smallint not null,
  state text not null,
  owed boolean not null default false,
  at timestamptz not null default clock_timestamp(),
  details jsonb not null default '{}',
  constraint recharge_event_key primary key (county_id, recharge_id, event_no),
  constraint recharge_event_of foreign key (county_id, recharge_id) references recharge,
  constraint recharge_event_state check (state in ('initial', 'succeeded', 'failed', 'doubtful')),
  constraint recharge_owed_is_initial check (not owed or state = 'initial')
);
comment on table recharge_event is 'Fact. The states of a recharge (初始 成功 失败 可疑), appended; the latest counts.';
create unique index recharge_ends_once on recharge_event (county_id, recharge_id) where state in ('succeeded', 'failed');
create index recharge_event_by_time on recharge_event (county_id, at);
create trigger recharge_event_append_only before update or delete on recharge_event for each statement execute function refuse_change();

create view recharge_now as
  select r.*, e.state, e.owed, e.at as state_at, e.details
  from recharge r
  cross join lateral (
    select * from recharge_event e where e.county_id = r.county_id and e.recharge_id = r.recharge_id
    order by e.event_no desc limit 1
  ) e;
comment on view recharge_now is 'Every recharge with its latest state.';

create table card_use (
  county_id smallint not null,
  serial bigint not null,
  recharge_id bigint not null,
  held_at timestamptz not null default clock_timestamp(),
  stamped_at timestamptz,
  constraint card_use_key primary key (county_id, serial),
  constraint card_use_recharge foreign key (county_id, recharge_id) references recharge deferrable initially deferred
);
comment on table card_use is 'Position. The proof against double use: held (充值中) from the accept, used (已使) for ever once stamped.';
create unique index card_use_of_recharge on card_use (county_id, recharge_id);

create function card_use_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.stamped_at is null and new.stamped_at is not null
       and (new.county_id, new.serial, new.recharge_id, new.held_at) = (old.county_id, old.serial, old.recharge_id, old.held_at) then
      return new;
    end if;
    raise exception 'a card is stamped once' using errcode = 'integrity_constraint_violation';
  end if;
  if old.stamped_at is null and exists (
    select from recharge_event e
    where e.county_id = old.county_id and e.recharge_id = old.recharge_id and e.state = 'failed'
  ) then
    return old;
  end if;
  raise exception 'only a failed recharge frees its card' using errcode = 'integrity_constraint_violation';
end $$;
create trigger card_use_guard before update or delete on card_use for each row execute function card_use_guard();

create table use_carry (
  county_id smallint not null,
  recharge_id bigint not null,
  serial bigint not null,
  stamped_at timestamptz not null,
  constraint use_carry_key primary key (county_id, recharge_id)
);
comment on table use_carry is 'Work. Stamped uses whose movements and balances are still to be written; a job empties it every few seconds.';

create table posting (
  county_id smallint not null,
  transaction_serial text not null,
  recharge_id bigint not null,
  generation smallint not null default 1,
  account_no text not null,
  amount_fen bigint not null,
  card_tail text not null,
  channel text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint posting_key primary key (county_id, transaction_serial),
  constraint posting_recharge foreign key (county_id, recharge_id) references recharge,
  constraint posting_serial_form check (transaction_serial ~ '^\d{24}$'),
  constraint posting_generation_once unique (county_id, recharge_id, generation),
  constraint posting_amount check (amount_fen between 1 and 999999999999)
);
comment on table posting is 'Fact. What is to be posted to the billing system: frozen, sent byte for byte by every attempt (R1, R2).';
create trigger posting_append_only before update or delete on posting for each statement execute function refuse_change();

create table posting_end (
  county_id smallint not null,
  transaction_serial text not null,
  outcome text not null,
  mis_ref text,
  settle_date text,
  details jsonb not null default '{}',
  at timestamptz not null default clock_timestamp(),
  constraint posting_end_key primary key (county_id, transaction_serial),
  constraint posting_end_of foreign key (county_id, transaction_serial) references posting,
  constraint posting_end_outcome check (outcome in ('accepted', 'refused', 'closed', 'neverArrived'))
);
comment on table posting_end is 'Fact. How a posting ended, once.';
create trigger posting_end_append_only before update or delete on posting_end for each statement execute function refuse_change();

create function posting_succession() returns trigger language plpgsql as $$
begin
  if new.generation > 1 and not exists (
    select from posting p join posting_end e using (county_id, transaction_serial)
    where p.county_id = new.county_id and p.recharge_id = new.recharge_id
      and p.generation = new.generation - 1 and e.outcome <> 'accepted'
  ) then
    raise exception 'a posting has a successor only when it was refused' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger posting_succession before insert on posting for each row execute function posting_succession();

create table posting_attempt (
  county_id smallint not null,
  transaction_serial text not null,
  attempt_no smallint not null,
  message text not null,
  acct_date text not null,
  node text not null,
  lease_token bigint not null,
  started_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  ended_at timestamptz,
  outcome jsonb,
  constraint posting_attempt_key primary key (county_id, transaction_serial, attempt_no),
  constraint posting_attempt_of foreign key (county_id, transaction_serial) references posting,
  constraint posting_attempt_message check (message in ('post', 'query', 'close')),
  constraint posting_attempt_ended check ((ended_at is null) = (outcome is null))
);
comment on table posting_attempt is 'Fact. One message to the billing system: its start is committed before the first byte, its outcome once after (R3). acctDate is frozen by the first.';

create function posting_attempt_guard() returns trigger language plpgsql as $$
begin
  if old.outcome is null and new.outcome is not null and to_jsonb(new) - '{ended_at,outcome}'::text[] = to_jsonb(old) - '{ended_at,outcome}'::text[] then
    return new;
  end if;
  raise exception 'an attempt ends once' using errcode = 'integrity_constraint_violation';
end $$;
create trigger posting_attempt_ends_once before update on posting_attempt for each row execute function posting_attempt_guard();
create trigger posting_attempt_kept before delete on posting_attempt for each statement execute function refuse_change();

create table posting_task (
  county_id smallint not null,
  transaction_serial text not null,
  recharge_id bigint not null,
  lease_node text,
  lease_token bigint not null default 0,
  lease_until timestamptz not null,
  next_at timestamptz not null,
  constraint posting_task_key primary key (county_id, transaction_serial),
  constraint posting_task_of foreign key (county_id, transaction_serial) references posting
);
comment on table posting_task is 'Work. A posting that has not ended: who sends it now (lease and fencing token, R4) and when it is next looked at.';
create index posting_task_due on posting_task (next_at);

create table incident (
  county_id smallint not null references county,
  incident_id integer generated always as identity,
  kind text not null,
  recharge_id bigint,
  transaction_serial text,
  at timestamptz not null default clock_timestamp(),
  details jsonb not null default '{}',
  closed_at timestamptz,
  closed_by integer,
  close_note text,
  constraint incident_key primary key (county_id, incident_id)
);
comment on table incident is 'Position. What people must look at: a late acceptance (R8), a conflicting serial (R10), a mismatch.';
create index incident_open on incident (county_id, at) where closed_at is null;
create unique index incident_once on incident (county_id, kind, transaction_serial) where closed_at is null and transaction_serial is not null;

create table card_try (
  county_id smallint not null,
  serial bigint not null,
  wrong_count integer not null,
  locked_at timestamptz,
  constraint card_try_key primary key (county_id, serial)
);
comment on table card_try is 'Position. Wrong PINs in a row for a card, and its lock (锁定), which only staff release.';

create table caller_try (
  county_id smallint not null references county,
  caller text not null,
  wrong_count integer not null default 0,
  since timestamptz not null default clock_timestamp(),
  locked_until timestamptz,
  constraint caller_try_key primary key (county_id, caller)
);
comment on table caller_try is 'Position. Wrong PINs in a row of a caller; withheld numbers share the caller ''withheld''.';

create table account_day (
  county_id smallint not null references county,
  account_no text not null,
  day date not null,
  accepted_count integer not null,
  constraint account_day_key primary key (county_id, account_no, day)
);
comment on table account_day is 'Position. Recharges accepted for an account on a day, failed ones taken off again.';

create table known_account (
  county_id smallint not null references county,
  account_no text not null,
  known_at timestamptz not null,
  constraint known_account_key primary key (county_id, account_no)
);
comment on table known_account is 'Position. Accounts that were recharged with success: known when the billing system is down.';
