-- Business settings changed by two people; cities and provinces over the counties; the billing system of each county.

create table setting_change (
  county_id smallint not null references county,
  change_id integer generated always as identity,
  state text not null default 'proposed',
  changes jsonb not null,
  before jsonb not null,
  starts_at timestamptz not null,
  reason text not null,
  proposed_by integer not null,
  proposed_at timestamptz not null default clock_timestamp(),
  decided_by integer,
  decided_at timestamptz,
  decision_note text not null default '',
  effective_at timestamptz,
  constraint setting_change_key primary key (county_id, change_id),
  constraint setting_change_state check (state in ('proposed', 'confirmed', 'rejected', 'cancelled')),
  constraint setting_change_decided check ((state = 'proposed') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  constraint setting_change_effective check ((state = 'confirmed') = (effective_at is not null)),
  constraint setting_change_two_people check (state <> 'confirmed' or decided_by <> proposed_by),
  constraint setting_change_proposed_by foreign key (county_id, proposed_by) references operator,
  constraint setting_change_decided_by foreign key (county_id, decided_by) references operator
);
comment on table setting_change is 'Fact. Changes of business settings: field by field what was and what shall be, who proposed and who decided; decided once, never changed afterwards. The settings in force are county.settings with every confirmed change whose time has come laid over it.';
create index setting_change_in_force on setting_change (county_id, effective_at) where state = 'confirmed';

create function setting_change_once() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state <> 'proposed'
    or (new.county_id, new.change_id, new.changes, new.before, new.starts_at, new.reason, new.proposed_by, new.proposed_at)
      is distinct from (old.county_id, old.change_id, old.changes, old.before, old.starts_at, old.reason, old.proposed_by, old.proposed_at)
  then
    raise exception 'a change of settings is decided once' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger setting_change_once before update or delete on setting_change for each row execute function setting_change_once();

create table region (
  region_id integer generated always as identity,
  parent_id integer,
  kind text not null,
  code text not null,
  name text not null,
  name_en text not null default '',
  constraint region_key primary key (region_id),
  constraint region_parent foreign key (parent_id) references region,
  constraint region_kind check (kind in ('province', 'city')),
  constraint region_belongs check (kind = 'city' or parent_id is null),
  constraint region_code_once unique (code)
);
comment on table region is 'Position. A city or province company (市公司, 省公司); a city may lie under a province.';

alter table county add column region_id integer references region;
alter table operator
  add column region_id integer references region,
  add constraint operator_region check (region_id is null or (county_id = 0 and role = 'regionViewer'));

create table mis_connection (
  county_id smallint not null references county,
  url text not null,
  changed_at timestamptz not null default now(),
  constraint mis_connection_key primary key (county_id)
);
comment on table mis_connection is 'Position. The address of a county''s own billing system; a county without a row uses the installation''s.';
