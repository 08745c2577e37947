-- Who holds cards, and who signs in.

create table holder (
  county_id smallint not null references county,
  holder_id integer generated always as identity,
  kind text not null,
  code text not null,
  name text not null,
  name_en text not null default '',
  parent_id integer,
  phone text,
  disabled_at timestamptz,
  constraint holder_key primary key (county_id, holder_id),
  constraint holder_kind check (kind in ('county', 'station', 'seller', 'hall', 'customer', 'account', 'custody')),
  constraint holder_code_once unique (county_id, code),
  constraint holder_parent foreign key (county_id, parent_id) references holder,
  constraint holder_belongs check ((kind in ('seller', 'hall')) = (parent_id is not null))
);
comment on table holder is 'Position. Whoever can hold cards: the county, its stations, their sellers and halls, the customers (one holder), the accounts recharged and the custody register (one each).';
create unique index holder_single on holder (county_id, kind) where kind in ('county', 'customer', 'account', 'custody');

create table operator (
  county_id smallint not null references county,
  operator_id integer generated always as identity,
  sign_in_name text not null,
  staff_no text not null,
  name text not null,
  role text not null,
  holder_id integer,
  password_hash text not null,
  must_change_password boolean not null default false,
  wrong_passwords integer not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint operator_key primary key (county_id, operator_id),
  constraint operator_place foreign key (county_id, holder_id) references holder,
  constraint operator_role check (role in ('countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'systemAdmin', 'securityAdmin', 'auditAdmin', 'hotlineAttendant', 'regionViewer', 'sellerPortal'))
);
comment on table operator is 'Position. A sign-in (操作员). One person may have several, recognised by the same staff number (工号).';
comment on column operator.sign_in_name is 'Unique over the whole installation, so that signing in needs no county: the one unique key without it.';
create unique index operator_sign_in_name on operator (lower(sign_in_name));

create table session (
  token_hash bytea primary key,
  county_id smallint not null,
  operator_id integer not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint session_operator foreign key (county_id, operator_id) references operator
);
comment on table session is 'Work. Open sign-ins; the token itself is only with the browser. Deleting the row ends it at once.';
create index session_by_operator on session (county_id, operator_id);

create table manufacturer (
  county_id smallint not null references county,
  manufacturer_id integer generated always as identity,
  name text not null,
  public_key text not null,
  fingerprint text not null,
  registered_by integer not null,
  confirmed_by integer,
  confirmed_at timestamptz,
  constraint manufacturer_key primary key (county_id, manufacturer_id),
  constraint manufacturer_name_once unique (county_id, name)
);
comment on table manufacturer is 'Position. A card manufacturer (卡制造厂家) and its OpenPGP key, used only after finance confirmed the fingerprint.';
