-- A segment whose "replaced" is negative holds better copies of events that stand in others: it is to take their place, and is no one's to
-- read until then.
create index segment_better on segment (replaced) where replaced < 0;

-- Where in time, in nanoseconds, events of a source were taken over by other copies of theirs, which may say something else. newest is the
-- event that was kept last then.
create table taken (
	id     integer primary key autoincrement,
	source text not null,
	newest integer not null,
	since  integer not null,
	until  integer not null
) strict;
create index taken_newest on taken (newest);
