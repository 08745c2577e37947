-- The custody register in full: keepers as persons, what happened to each card that lies there, and the rules once more.

alter table custody add column keeper_no text not null default '';
comment on column custody.keeper_no is 'The staff number of the keeper: witnesses of a destruction are told apart from the keeper by it.';

create table custody_event (
  county_id smallint not null references county,
  event_id integer generated always as identity,
  kind text not null,
  at timestamptz not null,
  operator_id integer not null,
  details jsonb not null default '{}',
  constraint custody_event_key primary key (county_id, event_id),
  constraint custody_event_kind check (kind in ('taken', 'moved', 'destroyed'))
);
comment on table custody_event is 'Fact. What was done with cards in custody: taken in, moved to another place or keeper, destroyed.';
create trigger custody_event_append_only before update or delete on custody_event for each statement execute function refuse_change();

create table custody_event_range (
  county_id smallint not null,
  event_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  face_value_fen integer not null,
  source text not null,
  document_id integer not null,
  from_location text,
  from_keeper text,
  constraint custody_event_range_key primary key (county_id, event_id, first_serial),
  constraint custody_event_range_of foreign key (county_id, event_id) references custody_event,
  constraint custody_event_range_document foreign key (county_id, document_id) references document,
  constraint custody_event_range_order check (last_serial >= first_serial)
);
comment on table custody_event_range is 'Fact. The cards of an event of the custody register, and where and with whom they lay before.';
create index custody_event_range_covers on custody_event_range using gist (county_id, int8range(first_serial, last_serial, '[]'));
create trigger custody_event_range_append_only before update or delete on custody_event_range for each statement execute function refuse_change();

create function custody_fits() returns trigger language plpgsql as $$
declare
  v_there int8multirange;
begin
  if new.source = 'void' then
    select range_agg(int8range(r.first_serial, r.last_serial, '[]')) into v_there from card_range r
      where r.county_id = new.county_id and r.state = 'void'
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(new.first_serial, new.last_serial, '[]');
  else
    select range_agg(int8range(r.first_serial, r.last_serial, '[]')) into v_there from rejected_range r
      where r.county_id = new.county_id
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(new.first_serial, new.last_serial, '[]');
  end if;
  if v_there is null or not v_there @> int8range(new.first_serial, new.last_serial, '[]') then
    raise exception 'only void or rejected cards lie in custody' using errcode = 'check_violation', constraint = 'custody_fits';
  end if;
  return new;
end $$;
comment on function custody_fits is 'The custody register takes cards that are void, or numbers that were rejected, as its row says.';
create trigger custody_fits before insert on custody for each row execute function custody_fits();

create function custody_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.destroyed_at is null
     and (old.county_id, old.source, old.document_id) = (new.county_id, new.source, new.document_id) then
    return new;
  end if;
  raise exception 'cards in custody stay on the register, and what is destroyed stays destroyed'
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger custody_guard before update or delete on custody for each row execute function custody_guard();
