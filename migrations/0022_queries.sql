-- Files that exports make, and the paths by which searches and reports find their rows.

create table export_file (
  county_id smallint not null,
  job_id bigint not null,
  path text not null,
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  row_count bigint not null,
  expires_at timestamptz not null,
  constraint export_file_key primary key (county_id, job_id),
  constraint export_file_of foreign key (county_id, job_id) references job
);
comment on table export_file is 'Work. A file that an export made, for whoever asked for it; taken away when it has expired.';
create index export_file_expiry on export_file (county_id, expires_at);

create index movement_by_to on movement (county_id, to_holder_id, at);
create index movement_by_from on movement (county_id, from_holder_id, at);
create index movement_by_kind on movement (county_id, kind, at);
create index posting_by_recharge on posting (county_id, recharge_id);
create index posting_by_time on posting (county_id, created_at);
create index recharge_by_caller on recharge (county_id, caller, accepted_at) where caller is not null;
create index recharge_by_seller on recharge (county_id, holder_id, accepted_at);
create index call_by_caller on call (county_id, caller, started_at) where caller is not null;
create index card_use_held on card_use (county_id, serial) where stamped_at is null;
create index card_try_locked on card_try (county_id, serial) where locked_at is not null;
