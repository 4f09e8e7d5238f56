-- The scheduled runs of a rule that were not clean, as they stand after the newest replay. What ran clean is in rule_run.
create table rule_tick (
	rule    text not null,
	tick    integer not null,
	since   integer not null,
	until   integer not null,
	outcome text not null,
	rows    integer not null,
	events  integer not null,
	reason  text not null,
	primary key (rule, tick)
) strict, without rowid;
