-- What the comparison of a produced-card file found.

create table stock_in_result (
  county_id smallint not null,
  document_id integer not null,
  class text not null,
  first_serial bigint not null,
  last_serial bigint not null,
  quantity integer not null generated always as (last_serial - first_serial + 1) stored,
  reason text not null default '',
  constraint stock_in_result_key primary key (county_id, document_id, class, first_serial),
  constraint stock_in_result_of foreign key (county_id, document_id) references document,
  constraint stock_in_result_order check (last_serial >= first_serial),
  constraint stock_in_result_class check (class in ('match', 'missing', 'extra', 'duplicate', 'changedPin', 'changedFace', 'reportedFaulty'))
);
comment on table stock_in_result is 'Work. Every number of a stock-in''s batch and file, by range and class of the comparison; written again when the file is compared again.';
