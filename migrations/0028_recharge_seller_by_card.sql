-- The sale of a recharged card is found by its card, not by reading the journal backwards from its end.

create or replace view recharge_of_seller as
select r.*, coalesce(s.from_holder_id, r.holder_id) as seller_id
from recharge r
left join lateral (
  select m.from_holder_id from (
    -- `offset 0`: the order outside must not lead the planner to walk the whole journal for each recharge.
    select sale.movement_id, sale.from_holder_id from movement sale
    where r.from_state = 'customer' and sale.county_id = r.county_id and sale.kind = 'sale'
      and int8range(sale.first_serial, sale.last_serial, '[]') @> r.serial
    offset 0) m
  order by m.movement_id desc limit 1) s on true;
