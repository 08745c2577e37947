-- The journal as of now: uses that were stamped and wait to be carried are in it, so that reports agree with the cards.

create view movement_now as
select county_id, movement_id, at, kind, document_id, recharge_id, batch_id, face_value_fen, first_serial, last_serial, quantity,
  from_state, from_holder_id, to_state, to_holder_id
from movement
union all
select w.county_id, null, w.stamped_at, 'sale', null, w.recharge_id, r.batch_id, r.face_value_fen, w.serial, w.serial, 1,
  'seller', r.holder_id, 'customer', h.holder_id
from use_carry w join recharge r using (county_id, recharge_id) join holder h on h.county_id = w.county_id and h.kind = 'customer'
where r.from_state = 'seller'
union all
select w.county_id, null, w.stamped_at, 'recharge', null, w.recharge_id, r.batch_id, r.face_value_fen, w.serial, w.serial, 1,
  'customer', c.holder_id, 'used', a.holder_id
from use_carry w join recharge r using (county_id, recharge_id)
join holder c on c.county_id = w.county_id and c.kind = 'customer'
join holder a on a.county_id = w.county_id and a.kind = 'account';
comment on view movement_now is 'The movement journal with the uses that still wait to be carried (use_carry), as they will be written.';
