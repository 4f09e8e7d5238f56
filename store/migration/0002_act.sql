-- Changes that one act of an analyst made: those besides its first, each with the first one's id. They are undone and redone together.
create table act (
	change integer primary key,
	first  integer not null
) strict;
create index act_first on act (first);
