-- What happened on the telephone.

create table call (
  county_id smallint not null references county,
  call_id text not null,
  engine text not null,
  trunk text not null,
  codec text not null,
  caller text,
  called text not null,
  language text not null,
  node text not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  release_cause text,
  outcome text,
  quality jsonb,
  constraint call_key primary key (county_id, call_id),
  constraint call_ended check ((ended_at is null) = (release_cause is null))
);
comment on table call is 'Position. A call (呼叫记录): open while it lasts.';
create index call_by_time on call (county_id, started_at);
create index call_open on call (county_id, started_at) where ended_at is null;

create table call_step (
  county_id smallint not null,
  call_id text not null,
  step_no integer not null,
  at timestamptz not null,
  kind text not null,
  text text not null,
  constraint call_step_key primary key (county_id, call_id, step_no),
  constraint call_step_of foreign key (county_id, call_id) references call
);
comment on table call_step is 'Fact. What was said, keyed and answered, as it happened; PIN digits as dots, card and account numbers masked.';
create index call_step_by_time on call_step (county_id, at);
create trigger call_step_append_only before update or delete on call_step for each statement execute function refuse_change();
