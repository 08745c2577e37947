-- Balances as they are now: uses that were stamped but not yet carried are moved in thought.

create view balance_now as
with waiting as (
  select c.county_id, r.holder_id, r.face_value_fen, r.from_state, count(*)::integer as quantity
  from use_carry c join recharge r using (county_id, recharge_id)
  group by 1, 2, 3, 4
), change as (
  select county_id, holder_id, face_value_fen, state, quantity from balance
  union all
  select county_id, holder_id, face_value_fen, from_state, -quantity from waiting
  union all
  select w.county_id, h.holder_id, w.face_value_fen, 'used', w.quantity
  from waiting w join holder h on h.county_id = w.county_id and h.kind = 'account'
)
select county_id, holder_id, face_value_fen, state, sum(quantity)::integer as quantity
from change group by 1, 2, 3, 4;
comment on view balance_now is 'Balances less the uses in use_carry: what pages show and the audit compares.';
