-- The hot steps of a recharge, each one statement for one or for many: check, accept, begin.

create function check_card(
  p_county smallint, p_caller text, p_serial bigint, p_pin_mac bytea,
  p_caller_limit integer, p_caller_lock interval, p_withheld_limit integer, p_withheld_window interval, p_card_limit integer,
  out code text, out face_value_fen integer, out expires_on date, out used_at timestamptz, out used_account_tail text, out locked_until timestamptz
) language plpgsql as $$
-- Answers what this card is to this caller. The caller's and the card's try are taken under their row locks before
-- the PIN is compared, so that guesses made at once are counted one by one.
declare
  v_withheld constant boolean := p_caller is null;
  v_caller constant text := coalesce(p_caller, 'withheld');
  v_try caller_try;
  v_mac bytea;
  v_card_wrong integer;
  v_range card_range;
  v_use card_use;
begin
  insert into caller_try (county_id, caller) values (p_county, v_caller) on conflict do nothing;
  select * into v_try from caller_try t where t.county_id = p_county and t.caller = v_caller for update;
  if v_try.locked_until > clock_timestamp() then
    code := case when v_withheld then 'withheldClosed' else 'callerLocked' end;
    locked_until := v_try.locked_until;
    return;
  end if;
  if v_try.locked_until is not null or (v_withheld and v_try.since < clock_timestamp() - p_withheld_window) then
    update caller_try t set wrong_count = 0, locked_until = null, since = clock_timestamp()
      where t.county_id = p_county and t.caller = v_caller returning * into v_try;
  end if;

  select c.pin_mac into v_mac from card c where c.county_id = p_county and c.serial = p_serial;
  if found then
    insert into card_try as t (county_id, serial, wrong_count) values (p_county, p_serial, 1)
      on conflict (county_id, serial) do update set wrong_count = least(t.wrong_count + 1, p_card_limit + 1)
      returning t.wrong_count into v_card_wrong;
    if v_card_wrong > p_card_limit then
      code := 'cardLocked';
      return;
    end if;
  end if;

  if v_mac is distinct from p_pin_mac then
    code := 'badCard';
    update card_try t set locked_at = clock_timestamp()
      where t.county_id = p_county and t.serial = p_serial and t.wrong_count >= p_card_limit and t.locked_at is null;
    update caller_try t set wrong_count = t.wrong_count + 1,
        locked_until = case
          when v_withheld and t.wrong_count + 1 >= p_withheld_limit then t.since + p_withheld_window
          when not v_withheld and t.wrong_count + 1 >= p_caller_limit then clock_timestamp() + p_caller_lock end
      where t.county_id = p_county and t.caller = v_caller;
    return;
  end if;
  delete from card_try t where t.county_id = p_county and t.serial = p_serial;

  -- A rejected number, or one never stocked in, has no range: to a caller it is no card at all.
  select * into v_range from card_range r
    where r.county_id = p_county and r.first_serial <= p_serial order by r.first_serial desc limit 1;
  if not found or v_range.last_serial < p_serial then
    code := 'badCard';
    return;
  end if;
  face_value_fen := v_range.face_value_fen;
  expires_on := v_range.expires_on;
  select * into v_use from card_use u where u.county_id = p_county and u.serial = p_serial;
  if found then
    select r.accepted_at, right(r.account_no, 4) into used_at, used_account_tail
      from recharge r where r.county_id = p_county and r.recharge_id = v_use.recharge_id;
    code := case when v_use.stamped_at is null then 'inUse' else 'used' end;
    return;
  end if;
  code := card_condition(p_county, p_serial, v_range);
end $$;
comment on function check_card is 'One check of a card by a caller: takes the try, compares the PIN digest, says the card''s condition.';

create function card_condition(p_county smallint, p_serial bigint, p_range card_range) returns text language sql stable as $$
  select case
    when p_range.state = 'void' then 'void'
    when p_range.state not in ('seller', 'customer') then 'inactive'
    when exists (select from card_freeze f where f.county_id = p_county
      and int8range(f.first_serial, f.last_serial, '[]') @> p_serial) then 'frozen'
    when p_range.expires_on < (clock_timestamp() at time zone 'Asia/Shanghai')::date then 'expired'
    else 'ok' end
$$;
comment on function card_condition is 'Why an unused card cannot be recharged, or ok.';

create type accept_item as (
  place integer, county smallint, serial bigint, pin_mac bytea, account_no text, channel text, caller text, call_id text
);
comment on type accept_item is 'One recharge asked for, as accept_recharges reads it.';

create function accept_recharges(p_items jsonb, p_node text, p_lease interval, p_card_limit integer, p_account_limit integer)
returns table (place integer, code text, recharge_id bigint, transaction_serial text, face_value_fen integer, lease_token bigint)
language plpgsql as $$
-- Holds the card, writes the recharge and its posting task, each item for itself: a code other than ok changed nothing.
-- Items: county, serial, pinMac (hex), accountNo, channel, caller, callId. Answers in no particular order.
-- Locks in one order for all callers: batches (shared), account days, cards by serial, callers; so batches cannot deadlock.
#variable_conflict use_column
declare
  v_today constant date := (clock_timestamp() at time zone 'Asia/Shanghai')::date;
  v_items accept_item[];
  v_item accept_item;
  v_range card_range;
  v_mac bytea;
  v_id bigint;
  v_serial text;
  v_accepted_callers text[] := '{}';
begin
  select array_agg(row(i.ordinality, x.county, x.serial, decode(x."pinMac", 'hex'), x."accountNo", x.channel, x.caller, x."callId")::accept_item) into v_items
    from jsonb_array_elements(p_items) with ordinality i,
      jsonb_to_record(i.value) x(county smallint, serial bigint, "pinMac" text, "accountNo" text, channel text, caller text, "callId" text);

  perform pg_advisory_xact_lock_shared(county, batch_id) from (
    select distinct i.county::int, c.batch_id from unnest(v_items) i
      join card c on c.county_id = i.county and c.serial = i.serial order by 1, 2) b;
  insert into account_day (county_id, account_no, day, accepted_count)
    select distinct county, account_no, v_today, 0 from unnest(v_items) order by 1, 2 on conflict do nothing;
  perform from account_day d where d.day = v_today and (d.county_id, d.account_no) in (select county, account_no from unnest(v_items))
    order by d.county_id, d.account_no for update;

  for v_item in select * from unnest(v_items) order by county, serial, place loop
    place := v_item.place;
    code := 'ok'; recharge_id := null; transaction_serial := null; face_value_fen := null; lease_token := null;
    select c.pin_mac into v_mac from card c where c.county_id = v_item.county and c.serial = v_item.serial;
    select * into v_range from card_range r
      where r.county_id = v_item.county and r.first_serial <= v_item.serial order by r.first_serial desc limit 1;
    code := case
      when v_mac is distinct from v_item.pin_mac then 'badCard'
      when v_range.last_serial is null or v_range.last_serial < v_item.serial then 'badCard'
      when exists (select from card_try t where t.county_id = v_item.county and t.serial = v_item.serial and t.wrong_count >= p_card_limit) then 'cardLocked'
      when (select d.accepted_count from account_day d where d.county_id = v_item.county and d.account_no = v_item.account_no and d.day = v_today) >= p_account_limit then 'accountLimit'
      else card_condition(v_item.county, v_item.serial, v_range) end;
    if code <> 'ok' then return next; continue; end if;

    v_id := nextval('transaction_sequence');
    insert into card_use (county_id, serial, recharge_id) values (v_item.county, v_item.serial, v_id) on conflict do nothing;
    if not found then
      code := 'inUse'; return next; continue;
    end if;
    insert into recharge (county_id, recharge_id, serial, batch_id, face_value_fen, from_state, holder_id, account_no, channel, caller, call_id)
      values (v_item.county, v_id, v_item.serial, v_range.batch_id, v_range.face_value_fen, v_range.state, v_range.holder_id,
        v_item.account_no, v_item.channel, v_item.caller, v_item.call_id);
    insert into recharge_event (county_id, recharge_id, event_no, state) values (v_item.county, v_id, 1, 'initial');
    select c.code || to_char(v_today, 'YYYYMMDD') || lpad(v_id::text, 10, '0') into v_serial from county c where c.county_id = v_item.county;
    insert into posting (county_id, transaction_serial, recharge_id, account_no, amount_fen, card_tail, channel)
      values (v_item.county, v_serial, v_id, v_item.account_no, v_range.face_value_fen, lpad((v_item.serial % 10000)::text, 4, '0'), v_item.channel);
    insert into posting_task (county_id, transaction_serial, recharge_id, lease_node, lease_token, lease_until, next_at)
      values (v_item.county, v_serial, v_id, p_node, 1, clock_timestamp() + p_lease, clock_timestamp() + p_lease);
    update account_day d set accepted_count = d.accepted_count + 1
      where d.county_id = v_item.county and d.account_no = v_item.account_no and d.day = v_today;
    if v_item.caller is not null then v_accepted_callers := v_accepted_callers || v_item.caller; end if;
    recharge_id := v_id; transaction_serial := v_serial; face_value_fen := v_range.face_value_fen; lease_token := 1;
    return next;
  end loop;

  -- Only an accepted recharge clears a caller's count: owning one good card buys no guesses.
  with accepted as (
    select t.county_id, t.caller from caller_try t join unnest(v_items) i on i.county = t.county_id and i.caller = t.caller
    where t.caller = any(v_accepted_callers) and t.wrong_count > 0 and t.locked_until is null
    order by 1, 2 for update of t)
  update caller_try t set wrong_count = 0 from accepted a where a.county_id = t.county_id and a.caller = t.caller;
end $$;
comment on function accept_recharges is 'Accepts recharges: one transaction holds the card and writes recharge and posting (R1).';

create function begin_attempts(p_items jsonb, p_node text, p_expires_after interval)
returns table (place integer, code text, attempt_no integer, acct_date text, started_at timestamptz, expires_at timestamptz,
  account_no text, amount_fen bigint, card_tail text, channel text)
language plpgsql as $$
-- Commits an attempt before the first byte is written (R3) for the holder of the lease (R4); the first freezes acctDate.
-- Items: county, transactionSerial, leaseToken, message, acctDate. Codes: ok, leaseLost.
#variable_conflict use_column
declare
  v_item record;
  v_task posting_task;
begin
  for v_item in
    select i.ordinality::integer as place, x.* from jsonb_array_elements(p_items) with ordinality i,
      jsonb_to_record(i.value) x(county smallint, "transactionSerial" text, "leaseToken" bigint, message text, "acctDate" text)
    order by x.county, x."transactionSerial"
  loop
    place := v_item.place;
    select * into v_task from posting_task t
      where t.county_id = v_item.county and t.transaction_serial = v_item."transactionSerial" for update;
    if not found or v_task.lease_token <> v_item."leaseToken" or v_task.lease_until <= clock_timestamp() then
      code := 'leaseLost'; attempt_no := null;
      return next; continue;
    end if;
    insert into posting_attempt as a (county_id, transaction_serial, attempt_no, message, acct_date, node, lease_token, expires_at)
      select v_item.county, v_item."transactionSerial",
        1 + coalesce(max(b.attempt_no), 0), v_item.message,
        coalesce((array_agg(b.acct_date order by b.attempt_no))[1], v_item."acctDate"),
        p_node, v_item."leaseToken",
        case when v_item.message = 'post' then clock_timestamp() + p_expires_after end
      from posting_attempt b where b.county_id = v_item.county and b.transaction_serial = v_item."transactionSerial"
      returning a.attempt_no, a.acct_date, a.started_at, a.expires_at into attempt_no, acct_date, started_at, expires_at;
    select p.account_no, p.amount_fen, p.card_tail, p.channel into account_no, amount_fen, card_tail, channel
      from posting p where p.county_id = v_item.county and p.transaction_serial = v_item."transactionSerial";
    code := 'ok';
    return next;
  end loop;
end $$;
comment on function begin_attempts is 'Writes the start of messages to the billing system before they are sent.';
