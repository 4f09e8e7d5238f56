-- Tables of analysts' own: how records that casebook has no source for become their rows. A file that was loaded into one says so in its
-- form ("table:NAME").
create table mapping (
	name   text primary key,
	text   blob not null,
	sha256 blob not null,
	added  integer not null,
	actor  text not null
) strict, without rowid;
