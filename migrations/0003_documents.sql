-- Every paper document: header, lines, and the steps it took.

create table document (
  county_id smallint not null references county,
  document_id integer generated always as identity,
  kind text not null,
  document_no text,
  state text not null default 'draft',
  version integer not null default 1,
  holder_id integer not null,
  author_id integer not null,
  approver_id integer,
  executor_id integer,
  created_at timestamptz not null default now(),
  submitted_at timestamptz,
  approved_at timestamptz,
  executed_at timestamptz,
  valid_until timestamptz,
  parent_id integer,
  note text not null default '',
  body jsonb not null default '{}',
  constraint document_key primary key (county_id, document_id),
  constraint document_no_once unique (county_id, document_no),
  constraint document_kind check (kind ~ '^[A-Z]{2}$'),
  constraint document_place foreign key (county_id, holder_id) references holder,
  constraint document_author foreign key (county_id, author_id) references operator (county_id, operator_id),
  constraint document_approver foreign key (county_id, approver_id) references operator (county_id, operator_id),
  constraint document_executor foreign key (county_id, executor_id) references operator (county_id, operator_id),
  constraint document_parent foreign key (county_id, parent_id) references document,
  constraint document_numbered check (state = 'draft' or document_no is not null)
);
comment on table document is 'Position. A document (单据) as it stands; its history is document_step. parent_id: an issue''s application, a stock-in''s batch.';
create index document_by_state on document (county_id, kind, state);
create index document_by_parent on document (county_id, parent_id);

create table document_line (
  county_id smallint not null,
  document_id integer not null,
  line_no integer not null,
  face_value_fen integer not null,
  quantity integer not null,
  approved_quantity integer,
  first_serial bigint,
  last_serial bigint,
  result text,
  note text not null default '',
  constraint document_line_key primary key (county_id, document_id, line_no),
  constraint document_line_of foreign key (county_id, document_id) references document,
  constraint document_line_quantity check (quantity > 0 and (approved_quantity is null or approved_quantity between 0 and quantity)),
  constraint document_line_range check (first_serial is null or last_serial - first_serial + 1 = quantity)
);
comment on table document_line is 'Position. A line of a document: a quantity wanted, or a range of cards (号段).';

create table document_step (
  county_id smallint not null,
  document_id integer not null,
  step_no integer not null,
  action text not null,
  from_state text,
  to_state text not null,
  operator_id integer,
  at timestamptz not null default clock_timestamp(),
  note text not null default '',
  constraint document_step_key primary key (county_id, document_id, step_no),
  constraint document_step_of foreign key (county_id, document_id) references document
);
comment on table document_step is 'Fact. What was done to a document, by whom and when.';
create trigger document_step_append_only before update or delete on document_step for each statement execute function refuse_change();

create table document_counter (
  county_id smallint not null references county,
  kind text not null,
  day date not null,
  last_no integer not null,
  constraint document_counter_key primary key (county_id, kind, day)
);
comment on table document_counter is 'Position. The last number given per kind and day; numbers have no gaps.';

create table stored_file (
  county_id smallint not null references county,
  file_id integer generated always as identity,
  name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  path text not null,
  stored_by integer not null,
  stored_at timestamptz not null default now(),
  constraint stored_file_key primary key (county_id, file_id)
);
comment on table stored_file is 'Fact. Uploaded bytes, stored first and named in an operation''s input; path is relative to the data folder.';
