-- Cards as numbers made once, and as ranges that move.

create table batch (
  county_id smallint not null references county,
  batch_id integer not null,
  face_value_fen integer not null,
  quantity integer not null,
  number_digits smallint not null default 8,
  pin_digits smallint not null default 12,
  first_serial bigint,
  last_serial bigint,
  expires_on date not null,
  manufacturer_id integer not null,
  box_size integer not null default 100,
  pin_key text not null,
  file_name text,
  file_sha256 text,
  file_bytes bigint,
  downloads_left smallint not null default 0,
  generated_at timestamptz,
  constraint batch_key primary key (county_id, batch_id),
  constraint batch_document foreign key (county_id, batch_id) references document (county_id, document_id),
  constraint batch_manufacturer foreign key (county_id, manufacturer_id) references manufacturer,
  constraint batch_quantity check (quantity between 1 and 1000000),
  constraint batch_face_value check (face_value_fen between 100 and 100000),
  constraint batch_range check (first_serial is null or last_serial - first_serial + 1 = quantity),
  constraint batch_ranges_apart exclude using gist (county_id with =, int8range(first_serial, last_serial, '[]') with &&) where (first_serial is not null)
);
comment on table batch is 'Position. A batch of cards (批次); its document carries the same id. pin_key names the key that its PIN digests are made with.';

create table card_counter (
  county_id smallint not null references county,
  number_digits smallint not null,
  next_number bigint not null,
  constraint card_counter_key primary key (county_id, number_digits)
);
comment on table card_counter is 'Position. The next card number of a county; a number is never made twice.';

create table card (
  county_id smallint not null,
  serial bigint not null,
  batch_id integer not null,
  pin_mac bytea not null,
  constraint card_key primary key (county_id, serial)
);
comment on table card is 'Fact. A number that was generated, written once. The serial is stored without its check digit; the PIN only as a keyed digest.';
create trigger card_append_only before update or delete on card for each statement execute function refuse_change();

create table card_range (
  county_id smallint not null,
  first_serial bigint not null,
  last_serial bigint not null,
  batch_id integer not null,
  face_value_fen integer not null,
  state text not null,
  holder_id integer not null,
  transit_document_id integer,
  expires_on date not null,
  constraint card_range_key primary key (county_id, first_serial),
  constraint card_range_order check (last_serial >= first_serial),
  constraint card_range_state check (state in ('county', 'station', 'seller', 'customer', 'void')),
  constraint card_range_batch foreign key (county_id, batch_id) references batch,
  constraint card_range_holder foreign key (county_id, holder_id) references holder,
  constraint card_range_transit foreign key (county_id, transit_document_id) references document,
  constraint card_range_in_transit_at_station check (transit_document_id is null or state = 'station'),
  constraint card_ranges_apart exclude using gist (county_id with =, int8range(first_serial, last_serial, '[]') with &&)
);
comment on table card_range is 'Position. Neighbouring admitted cards that share batch, state, holder, transit and expiry. Used cards keep the range they were used from; card_use tells them.';
create index card_range_by_holder on card_range (county_id, holder_id);

create table rejected_range (
  county_id smallint not null,
  first_serial bigint not null,
  last_serial bigint not null,
  batch_id integer not null,
  document_id integer not null,
  reason text not null,
  at timestamptz not null default now(),
  constraint rejected_range_key primary key (county_id, first_serial),
  constraint rejected_range_order check (last_serial >= first_serial),
  constraint rejected_range_batch foreign key (county_id, batch_id) references batch,
  constraint rejected_ranges_apart exclude using gist (county_id with =, int8range(first_serial, last_serial, '[]') with &&)
);
comment on table rejected_range is 'Fact. Numbers rejected at stock-in (拒收): dead for ever, without a state.';
create trigger rejected_range_append_only before update or delete on rejected_range for each statement execute function refuse_change();

create function admitted_or_rejected() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'card_range' then
    perform from rejected_range r where r.county_id = new.county_id
      and int8range(r.first_serial, r.last_serial, '[]') && int8range(new.first_serial, new.last_serial, '[]');
  else
    perform from card_range r where r.county_id = new.county_id
      and int8range(r.first_serial, r.last_serial, '[]') && int8range(new.first_serial, new.last_serial, '[]');
  end if;
  if found then
    raise exception 'a number is either admitted or rejected' using errcode = 'exclusion_violation';
  end if;
  return new;
end $$;
create trigger card_range_not_rejected before insert on card_range for each row execute function admitted_or_rejected();
create trigger rejected_range_not_admitted before insert on rejected_range for each row execute function admitted_or_rejected();

create function card_range_fits() returns trigger language plpgsql as $$
declare
  v_kind text;
begin
  select h.kind into v_kind from holder h where h.county_id = new.county_id and h.holder_id = new.holder_id;
  if (new.state, v_kind) not in (('county', 'county'), ('station', 'station'), ('seller', 'seller'), ('seller', 'hall'),
      ('customer', 'customer'), ('void', 'custody')) then
    raise exception 'a holder of kind % cannot hold cards in state %', v_kind, new.state using errcode = 'check_violation';
  end if;
  perform from batch b where b.county_id = new.county_id and b.batch_id = new.batch_id and b.generated_at is not null
    and new.first_serial >= b.first_serial and new.last_serial <= b.last_serial and b.face_value_fen = new.face_value_fen;
  if not found then
    raise exception 'a range lies within its generated batch' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger card_range_fits before insert on card_range for each row execute function card_range_fits();

create function rejected_range_fits() returns trigger language plpgsql as $$
begin
  perform from batch b where b.county_id = new.county_id and b.batch_id = new.batch_id and b.generated_at is not null
    and new.first_serial >= b.first_serial and new.last_serial <= b.last_serial;
  if not found then
    raise exception 'a range lies within its generated batch' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger rejected_range_fits before insert on rejected_range for each row execute function rejected_range_fits();

create table claim (
  county_id smallint not null,
  document_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  constraint claim_key primary key (county_id, first_serial),
  constraint claim_order check (last_serial >= first_serial),
  constraint claim_document foreign key (county_id, document_id) references document,
  constraint claims_apart exclude using gist (county_id with =, int8range(first_serial, last_serial, '[]') with &&)
);
comment on table claim is 'Work. Cards that lie in an open document (占用); a card lies in one at the most.';
create index claim_by_document on claim (county_id, document_id);

create table card_freeze (
  county_id smallint not null,
  freeze_id integer generated always as identity,
  document_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  reason text not null,
  at timestamptz not null default now(),
  constraint card_freeze_key primary key (county_id, freeze_id),
  constraint card_freeze_order check (last_serial >= first_serial),
  constraint card_freeze_document foreign key (county_id, document_id) references document
);
comment on table card_freeze is 'Position. Frozen cards (冻结), owned by the document that froze them; a card is free only when no row covers it.';
create index card_freeze_covers on card_freeze using gist (county_id, int8range(first_serial, last_serial, '[]'));

create table movement (
  county_id smallint not null,
  movement_id bigint generated always as identity,
  at timestamptz not null,
  kind text not null,
  document_id integer,
  recharge_id bigint,
  operator_id integer,
  batch_id integer not null,
  face_value_fen integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  quantity integer not null generated always as (last_serial - first_serial + 1) stored,
  from_state text,
  from_holder_id integer,
  to_state text not null,
  to_holder_id integer not null,
  constraint movement_key primary key (county_id, movement_id),
  constraint movement_batch foreign key (county_id, batch_id) references batch,
  constraint movement_from_both check ((from_state is null) = (from_holder_id is null)),
  constraint movement_has_cause check ((document_id is null) <> (recharge_id is null)),
  constraint movement_legal check ((kind, coalesce(from_state, ''), to_state) in (
    ('draw', 'county', 'station'), ('stationReturn', 'station', 'county'),
    ('purchase', 'station', 'seller'), ('sellerReturn', 'seller', 'station'), ('sale', 'seller', 'customer'),
    ('recharge', 'customer', 'used'),
    ('void', 'county', 'void'), ('void', 'station', 'void'), ('void', 'seller', 'void'), ('void', 'customer', 'void'),
    ('accept', 'station', 'station'), ('stockIn', '', 'county')
  ))
);
comment on table movement is 'Fact. The movement journal (业务明细表): every change of state or holder.';
create index movement_by_time on movement (county_id, at);
create index movement_by_document on movement (county_id, document_id);
create index movement_covers on movement using gist (county_id, int8range(first_serial, last_serial, '[]'));
create trigger movement_append_only before update or delete on movement for each statement execute function refuse_change();

create table balance (
  county_id smallint not null,
  holder_id integer not null,
  face_value_fen integer not null,
  state text not null,
  quantity integer not null,
  constraint balance_key primary key (county_id, holder_id, face_value_fen, state),
  constraint balance_holder foreign key (county_id, holder_id) references holder,
  constraint balance_state check (state in ('county', 'station', 'seller', 'customer', 'used', 'void')),
  constraint balance_not_negative check (quantity >= 0)
);
comment on table balance is 'Position. Cards per holder, face value and state; equal to the sum of the journal. Uses not yet carried (use_carry) are still in it.';
