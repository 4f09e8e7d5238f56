-- The bodies that Bedrock wrote into objects of their own are found by the names of their files.
create index file_body on file (id) where state = 'body';

-- What events turned out to have when a body came after them: the sizes of request and answer, and what is remarked on in the record, in place
-- of what their segments say, which are never changed. Of several rows for an event the last counts. newest is the event that
-- was kept last when the row was written.
create table late (
	id       integer primary key autoincrement,
	event    integer not null,
	newest   integer not null,
	request  integer not null,
	response integer not null,
	flags    integer not null
) strict;
create index late_event on late (event);
