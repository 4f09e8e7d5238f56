-- Filters and orders that analysts keep under a name, one list for all of them.
create table view (
	name      text primary key,
	screen    text not null,
	filter    text not null,
	order_    text not null,
	ascending integer not null,
	changed   integer not null,
	actor     text not null
) strict, without rowid;
