-- Buying and returning: how the money of earlier purchases stands, and finding what a seller bought, returned and sold.

-- Purchases from before sellers' money was kept: what their papers say was paid or went on credit, whatever the limit.
alter table seller_entry disable trigger seller_entry_sums;
insert into seller_entry (county_id, holder_id, at, kind, method, document_id, amount_fen, owed_change_fen, paid_change_fen, reference, operator_id)
  select d.county_id, (d.body ->> 'sellerId')::integer, d.executed_at, 'purchase', p.method, d.document_id, p.amount,
    case when p.method = 'credit' then p.amount else 0 end, case when p.method = 'credit' then 0 else p.amount end,
    coalesce(d.body #>> '{payment,reference}', ''), d.executor_id
  from document d
  cross join lateral (select d.body #>> '{payment,method}' as method, (d.body #>> '{payment,amountFen}')::bigint as amount) p
  where d.kind = 'SK' and d.state = 'sold' and not exists (
    select from seller_entry e where e.county_id = d.county_id and e.document_id = d.document_id);
update seller s set owed_fen = e.owed, paid_fen = e.paid
  from (select county_id, holder_id, sum(owed_change_fen) as owed, sum(paid_change_fen) as paid from seller_entry group by 1, 2) e
  where s.county_id = e.county_id and s.holder_id = e.holder_id;
alter table seller_entry enable trigger seller_entry_sums;

create unique index seller_entry_purchase_once on seller_entry (county_id, document_id) where kind = 'purchase';

create index movement_bought_by on movement (county_id, to_holder_id, at) where kind = 'purchase';
create index movement_left_seller on movement (county_id, from_holder_id, at) where kind in ('sellerReturn', 'sale');
create index document_by_seller on document (county_id, ((body ->> 'sellerId')::integer), document_id) where kind in ('SK', 'TK');
