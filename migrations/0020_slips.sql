-- Slips: a county's own copies and signature lines, and what each print said.

create table slip_layout (
  county_id smallint not null references county,
  slip text not null,
  version integer not null,
  paper text not null,
  copies jsonb not null,
  signatures jsonb not null,
  changed_by integer not null,
  changed_at timestamptz not null default clock_timestamp(),
  constraint slip_layout_key primary key (county_id, slip, version),
  constraint slip_layout_paper check (paper in ('continuous', 'a4', 'a5')),
  constraint slip_layout_changed_by foreign key (county_id, changed_by) references operator (county_id, operator_id)
);
comment on table slip_layout is 'Fact. Paper, copies and signature lines of a slip (单据格式) as a county changed them; the newest version holds, and a slip without one has the product''s own.';
create trigger slip_layout_append_only before update or delete on slip_layout for each statement execute function refuse_change();

alter table document_print
  add column quantity integer not null default 0,
  add column amount_fen bigint not null default 0;
comment on column document_print.amount_fen is 'The amount that this print says: together with quantity and version the check on the paper is made over it.';
