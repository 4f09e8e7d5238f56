-- A place of a large gzip file where expanding can begin, so that a record far inside is read without what lies before it:
-- "expanded" bytes of the expanded file come before; reading begins at "at" of the file itself; "bits" bits of the byte before
-- it are still to be used, and they are "rest"; "window" is what was expanded last, packed with zstd.
create table mark (
	file     integer not null references file(id),
	expanded integer not null,
	at       integer not null,
	bits     integer not null,
	rest     integer not null,
	window   blob not null,
	primary key (file, expanded)
) strict, without rowid;
