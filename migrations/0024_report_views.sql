-- Which seller a recharged card came from, for reports by seller and station.

create view recharge_of_seller as
select r.*, coalesce(s.from_holder_id, r.holder_id) as seller_id
from recharge r
left join lateral (
  select m.from_holder_id from movement m
  where r.from_state = 'customer' and m.county_id = r.county_id and m.kind = 'sale'
    and int8range(m.first_serial, m.last_serial, '[]') @> r.serial
  order by m.movement_id desc limit 1) s on true;
comment on view recharge_of_seller is 'Every recharge with the seller or hall that last held its card, also where a sale to a customer was entered before.';

create table account_print (
  county_id smallint not null references county,
  account_no text not null,
  from_day date not null,
  to_day date not null,
  print_no integer not null,
  printed_by integer not null,
  at timestamptz not null default clock_timestamp(),
  constraint account_print_key primary key (county_id, account_no, from_day, to_day, print_no),
  constraint account_print_by foreign key (county_id, printed_by) references operator (county_id, operator_id)
);
comment on table account_print is 'Fact. Every print of an account''s recharge records (账户充值记录); from the second on it says 补打.';
create trigger account_print_append_only before update or delete on account_print for each statement execute function refuse_change();
