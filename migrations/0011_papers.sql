-- What documents carry besides their lines, where void cards are kept, and the money between stations and their sellers.

alter table document drop constraint document_numbered;
alter table document add constraint document_numbered check (state in ('draft', 'discarded') or document_no is not null);

create table document_attachment (
  county_id smallint not null,
  document_id integer not null,
  attachment_no integer not null,
  file_id integer not null,
  name text not null,
  media_type text not null,
  added_by integer not null,
  added_at timestamptz not null default clock_timestamp(),
  constraint document_attachment_key primary key (county_id, document_id, attachment_no),
  constraint document_attachment_of foreign key (county_id, document_id) references document,
  constraint document_attachment_file foreign key (county_id, file_id) references stored_file,
  constraint document_attachment_most check (attachment_no between 1 and 10),
  constraint document_attachment_type check (media_type in ('image/jpeg', 'image/png', 'application/pdf'))
);
comment on table document_attachment is 'Fact. A picture or paper attached to a document; never taken away.';
create trigger document_attachment_append_only before update or delete on document_attachment for each statement execute function refuse_change();

create table document_print (
  county_id smallint not null,
  document_id integer not null,
  slip text not null,
  print_no integer not null,
  printed_by integer not null,
  at timestamptz not null default clock_timestamp(),
  version integer not null,
  constraint document_print_key primary key (county_id, document_id, slip, print_no),
  constraint document_print_of foreign key (county_id, document_id) references document
);
comment on table document_print is 'Fact. Every print of a slip (打印记录); from the second on it says 补打. version: the document as it was printed.';
create trigger document_print_append_only before update or delete on document_print for each statement execute function refuse_change();

create table custody (
  county_id smallint not null references county,
  custody_id integer generated always as identity,
  source text not null,
  document_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  face_value_fen integer not null,
  location text not null,
  keeper text not null,
  seal_no text not null default '',
  kept_since timestamptz not null,
  destroyed_at timestamptz,
  destruction jsonb,
  constraint custody_key primary key (county_id, custody_id),
  constraint custody_document foreign key (county_id, document_id) references document,
  constraint custody_source check (source in ('void', 'rejected')),
  constraint custody_order check (last_serial >= first_serial),
  constraint custody_destroyed check ((destroyed_at is null) = (destruction is null)),
  constraint custody_apart exclude using gist (county_id with =, int8range(first_serial, last_serial, '[]') with &&)
);
comment on table custody is 'Position. The custody register (废卡保管登记): where each physical card lies that was voided (source void, by its 作废单) or rejected (by its 入库单), who keeps it, and how it was destroyed.';
create index custody_by_document on custody (county_id, document_id);

create table seller (
  county_id smallint not null,
  holder_id integer not null,
  agreement_no text not null default '',
  agreement_from date,
  agreement_until date,
  identity_no text not null default '',
  deposit_fen bigint not null default 0,
  credit_limit_fen bigint not null default 0,
  purchase_stopped_at timestamptz,
  owed_fen bigint not null default 0,
  paid_fen bigint not null default 0,
  constraint seller_key primary key (county_id, holder_id),
  constraint seller_holder foreign key (county_id, holder_id) references holder,
  constraint seller_amounts check (deposit_fen >= 0 and credit_limit_fen >= 0),
  constraint seller_paid_not_negative check (paid_fen >= 0)
);
comment on table seller is 'Position. The file of a seller or hall: agreement, deposit, credit limit; owed_fen and paid_fen are the sums of its entries. Owed below zero: the county owes the seller for exchange cards it handed out.';

create table seller_entry (
  county_id smallint not null,
  entry_id bigint generated always as identity,
  holder_id integer not null,
  at timestamptz not null,
  kind text not null,
  method text not null,
  document_id integer,
  amount_fen bigint not null,
  owed_change_fen bigint not null,
  paid_change_fen bigint not null,
  reference text not null default '',
  operator_id integer not null,
  note text not null default '',
  constraint seller_entry_key primary key (county_id, entry_id),
  constraint seller_entry_holder foreign key (county_id, holder_id) references seller,
  constraint seller_entry_document foreign key (county_id, document_id) references document,
  constraint seller_entry_amount check (amount_fen > 0),
  constraint seller_entry_meaning check ((kind, method, owed_change_fen, paid_change_fen) in (
    ('purchase', 'cash', 0, amount_fen), ('purchase', 'transfer', 0, amount_fen), ('purchase', 'credit', amount_fen, 0),
    ('refund', 'cash', 0, -amount_fen), ('refund', 'transfer', 0, -amount_fen), ('refund', 'offset', -amount_fen, 0),
    ('repayment', 'cash', -amount_fen, amount_fen), ('repayment', 'transfer', -amount_fen, amount_fen),
    ('exchange', 'offset', -amount_fen, 0)
  )),
  constraint seller_entry_has_document check (kind = 'repayment' or document_id is not null)
);
comment on table seller_entry is 'Fact. Money between a station and its seller or hall (往来): what a purchase, a refund or a repayment changed of what is owed and of what was paid.';
create index seller_entry_by_holder on seller_entry (county_id, holder_id, at);
create index seller_entry_by_document on seller_entry (county_id, document_id);
create trigger seller_entry_append_only before update or delete on seller_entry for each statement execute function refuse_change();

create function seller_entry_sums() returns trigger language plpgsql as $$
declare
  v_bad record;
begin
  update seller s set owed_fen = s.owed_fen + e.owed, paid_fen = s.paid_fen + e.paid
    from (select county_id, holder_id, sum(owed_change_fen) as owed, sum(paid_change_fen) as paid from new_rows group by 1, 2) e
    where s.county_id = e.county_id and s.holder_id = e.holder_id;
  select s.holder_id, n.kind into v_bad from new_rows n join seller s using (county_id, holder_id)
    where (n.method = 'credit' and s.owed_fen > s.credit_limit_fen)
      or (n.kind in ('refund', 'repayment') and n.owed_change_fen < 0 and s.owed_fen < 0) limit 1;
  if found then
    raise exception 'seller % cannot owe this much or little after a %', v_bad.holder_id, v_bad.kind
      using errcode = 'check_violation', constraint = 'seller_owes_within';
  end if;
  return null;
end $$;
comment on function seller_entry_sums is 'The sums in seller follow its entries in the same statement: no credit beyond the limit, nothing repaid that was not owed.';
create trigger seller_entry_sums after insert on seller_entry referencing new table as new_rows for each statement execute function seller_entry_sums();

insert into seller (county_id, holder_id) select county_id, holder_id from holder where kind in ('seller', 'hall');

create function seller_file() returns trigger language plpgsql as $$
begin
  insert into seller (county_id, holder_id) values (new.county_id, new.holder_id);
  return null;
end $$;
create trigger seller_file after insert on holder for each row when (new.kind in ('seller', 'hall')) execute function seller_file();

create table reconciliation (
  county_id smallint not null references county,
  day date not null,
  document_id integer not null,
  ours_quantity integer not null,
  ours_fen bigint not null,
  theirs_quantity integer not null,
  theirs_fen bigint not null,
  agreed_quantity integer not null,
  constraint reconciliation_key primary key (county_id, day),
  constraint reconciliation_document foreign key (county_id, document_id) references document
);
comment on table reconciliation is 'Position. What the comparison of one settlement day with the billing system counted (对账单); its document carries state and people.';

create table reconciliation_difference (
  county_id smallint not null,
  day date not null,
  difference_no integer not null,
  class text not null,
  transaction_serial text not null,
  account_no text not null,
  ours_fen bigint,
  theirs_fen bigint,
  treatment text,
  reason text not null default '',
  treated_by integer,
  treated_at timestamptz,
  constraint reconciliation_difference_key primary key (county_id, day, difference_no),
  constraint reconciliation_difference_of foreign key (county_id, day) references reconciliation,
  constraint reconciliation_difference_class check (class in ('oursOnly', 'theirsOnly', 'different')),
  constraint reconciliation_difference_sides check ((class <> 'oursOnly' or theirs_fen is null) and (class <> 'theirsOnly' or ours_fen is null)),
  constraint reconciliation_difference_treated check ((treatment is null) = (treated_at is null))
);
comment on table reconciliation_difference is 'Position. A record on which both sides did not agree, and what was done about it.';
