-- Manufacturers with people to call and keys of two kinds; what proves a batch's file; what an inspection found bad.

alter table manufacturer
  add column key_scheme text not null default 'openpgp',
  add column contact text not null default '',
  add column phone text not null default '',
  add column address text not null default '',
  add column disabled_at timestamptz,
  add constraint manufacturer_key_scheme check (key_scheme in ('openpgp', 'sm2')),
  add constraint manufacturer_fingerprint_once unique (county_id, fingerprint);
comment on table manufacturer is 'Position. A card manufacturer (卡制造厂家) and its public key (OpenPGP or SM2), used only after finance confirmed the fingerprint. registered_by: who brought the key that stands.';

alter table batch
  add column file_sm3 text,
  add column sealed_to text,
  add constraint batch_downloads_not_negative check (downloads_left >= 0);
comment on column batch.sealed_to is 'The fingerprint of the key that the new-card file was sealed to.';

create table stock_in_exception (
  county_id smallint not null,
  document_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  quantity integer not null generated always as (last_serial - first_serial + 1) stored,
  reason text not null,
  constraint stock_in_exception_key primary key (county_id, document_id, first_serial),
  constraint stock_in_exception_of foreign key (county_id, document_id) references document,
  constraint stock_in_exception_order check (last_serial >= first_serial),
  constraint stock_in_exceptions_apart exclude using gist (county_id with =, document_id with =, int8range(first_serial, last_serial, '[]') with &&)
);
comment on table stock_in_exception is 'Position. Cards that agreed with the file and failed the physical inspection (例外号段); the other cards that agree are the lines of the stock-in.';

create index rejected_range_by_document on rejected_range (county_id, document_id);
create index stock_in_result_by_serial on stock_in_result (county_id, document_id, first_serial);
