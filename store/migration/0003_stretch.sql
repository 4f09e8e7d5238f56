-- A stretch of a large file as it reads expanded, packed with zstd. Only files that expanding cannot begin in the middle of have any, and
-- only where no mark is near: those of one long zstd frame, and those that are packed and converted as well.
create table stretch (
	file  integer not null references file(id),
	begin integer not null,
	bytes blob not null,
	primary key (file, begin)
) strict;
