-- How often a file that was not read to its end yet has had the keys of events that were in the store before it, so that going on with it
-- counts on. A part is what one transaction found: for each key its 16 bytes and the count in 4, the least significant first.
create table again (
	file integer not null references file(id),
	part integer not null,
	keys blob not null,
	primary key (file, part)
) strict;

-- The same file is found by whatever path.
create index file_inode on file (device, inode);
