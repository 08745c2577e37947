-- Stocktakes: what was expected at the snapshot, what was scanned, and the differences that are worked to a close.

create table stocktake_scope (
  county_id smallint not null,
  document_id integer not null,
  scope_no integer not null,
  holder_id integer not null,
  face_value_fen integer,
  open boolean not null default false,
  constraint stocktake_scope_key primary key (county_id, document_id, scope_no),
  constraint stocktake_scope_of foreign key (county_id, document_id) references document,
  constraint stocktake_scope_holder foreign key (county_id, holder_id) references holder,
  constraint stocktake_open_once exclude using gist (county_id with =, holder_id with =,
    int4range(coalesce(face_value_fen, 0), coalesce(face_value_fen, 2147483646), '[]') with &&) where (open)
);
comment on table stocktake_scope is 'Position. Whose cards of which face value a stocktake counts (范围); null is every face value. One open count per holder and face value (PD03).';

create table stocktake_expected (
  county_id smallint not null,
  document_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  constraint stocktake_expected_key primary key (county_id, document_id, first_serial),
  constraint stocktake_expected_of foreign key (county_id, document_id) references document,
  constraint stocktake_expected_order check (last_serial >= first_serial)
);
comment on table stocktake_expected is 'Fact. The cards that lay with the holder by the books at the snapshot of a stocktake: not in transit, not used.';
create trigger stocktake_expected_append_only before update or delete on stocktake_expected for each statement execute function refuse_change();

create table stocktake_scan (
  county_id smallint not null,
  document_id integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  here boolean not null,
  operator_id integer not null,
  at timestamptz not null,
  constraint stocktake_scan_key primary key (county_id, document_id, first_serial),
  constraint stocktake_scan_of foreign key (county_id, document_id) references document,
  constraint stocktake_scan_order check (last_serial >= first_serial),
  constraint stocktake_scans_apart exclude using gist (county_id with =, document_id with =, int8range(first_serial, last_serial, '[]') with &&)
);
comment on table stocktake_scan is 'Work. Cards that were seen at a stocktake, each once, by whom and when; here: whether the books had them with the holder at that moment.';

create table stocktake_move (
  county_id smallint not null,
  document_id integer not null,
  move_no integer not null,
  direction text not null,
  moved_by integer,
  first_serial bigint not null,
  last_serial bigint not null,
  at timestamptz,
  constraint stocktake_move_key primary key (county_id, document_id, move_no),
  constraint stocktake_move_of foreign key (county_id, document_id) references document,
  constraint stocktake_move_by foreign key (county_id, moved_by) references document,
  constraint stocktake_move_direction check (direction in ('in', 'out', 'used')),
  constraint stocktake_move_cause check ((direction = 'used') = (moved_by is null))
);
comment on table stocktake_move is 'Work. Cards that came, left or were used between the snapshot and the submission (PD02), by the document that moved them; written again when the count is submitted again.';

create table stocktake_total (
  county_id smallint not null,
  document_id integer not null,
  face_value_fen integer not null,
  snapshot integer not null,
  moved_in integer not null,
  moved_out integer not null,
  expected integer not null,
  counted integer not null,
  missing integer not null,
  surplus integer not null,
  elsewhere integer not null,
  constraint stocktake_total_key primary key (county_id, document_id, face_value_fen),
  constraint stocktake_total_of foreign key (county_id, document_id) references document,
  constraint stocktake_total_moved check (expected = snapshot + moved_in - moved_out),
  constraint stocktake_total_adds_up check (expected = counted + missing - surplus - elsewhere)
);
comment on table stocktake_total is 'Position. The figures of a submitted stocktake per face value: 应盘 实盘 盘亏 盘盈 他处所属.';

create table stocktake_difference (
  county_id smallint not null,
  document_id integer not null,
  difference_no integer not null,
  class text not null,
  found_as text not null,
  holder_id integer,
  face_value_fen integer not null,
  first_serial bigint not null,
  last_serial bigint not null,
  treatment text,
  note text not null default '',
  linked_document_id integer,
  treated_by integer,
  treated_at timestamptz,
  constraint stocktake_difference_key primary key (county_id, document_id, difference_no),
  constraint stocktake_difference_of foreign key (county_id, document_id) references document,
  constraint stocktake_difference_holder foreign key (county_id, holder_id) references holder,
  constraint stocktake_difference_link foreign key (county_id, linked_document_id) references document,
  constraint stocktake_difference_order check (last_serial >= first_serial),
  constraint stocktake_differences_apart exclude using gist (county_id with =, document_id with =, int8range(first_serial, last_serial, '[]') with &&),
  constraint stocktake_difference_class check (class in ('missing', 'surplus', 'elsewhere')),
  constraint stocktake_difference_treatment check ((class, coalesce(treatment, '')) in (
    ('missing', ''), ('missing', 'found'), ('missing', 'void'), ('missing', 'return'), ('missing', 'correction'),
    ('surplus', ''), ('surplus', 'correction'),
    ('elsewhere', ''), ('elsewhere', 'belongs'), ('elsewhere', 'correction'))),
  constraint stocktake_difference_linked check ((treatment in ('void', 'return')) is not true or linked_document_id is not null),
  constraint stocktake_difference_treated check ((treatment is null) = (treated_at is null))
);
comment on table stocktake_difference is 'Position. Cards that a count missed or found too many, and what was done about them (处理).';
