-- A growing file that is followed. How far it was read is its file's checkpoint; line is the line there, form how its rows are
-- written. Its text is known again wherever it stands next, under another name, copied, compressed: by the hash of its first
-- bytes (head, of head_size bytes), and by that of the first and the last bytes before the checkpoint (mark).
create table follow (
	file      integer primary key references file(id),
	line      integer not null,
	form      text not null,
	head      blob not null,
	head_size integer not null,
	mark      blob not null
) strict;
