-- Times are whole nanoseconds since 1970, UTC, in events, and ticks of 100 ns in whatever the engine made.

create table word (
	id   integer primary key,
	text text not null unique
) strict;

create table load (
	id          integer primary key autoincrement,
	started     integer not null,
	ended       integer,
	actor       text not null,
	state       text not null default 'reading',
	files       integer not null default 0,
	bytes       integer not null default 0,
	records     integer not null default 0,
	accepted    integer not null default 0,
	duplicate   integer not null default 0,
	quarantined integer not null default 0,
	blank       integer not null default 0,
	skipped     integer not null default 0
) strict;

-- A file as it was read. Its state is reading, complete, incomplete (it broke off or could not be expanded to its end)
-- or refused. checkpoint is where in the expanded stream the records that are in the store end.
create table file (
	id          integer primary key autoincrement,
	load        integer not null references load(id),
	path        blob not null,
	size        integer not null,
	modified    integer not null,
	device      integer not null,
	inode       integer not null,
	sha256      blob,
	expanded    integer not null default 0,
	form        text not null default '',
	encoding    text not null default '',
	state       text not null default 'reading',
	problem     text not null default '',
	checkpoint  integer not null default 0,
	records     integer not null default 0,
	accepted    integer not null default 0,
	duplicate   integer not null default 0,
	quarantined integer not null default 0,
	blank       integer not null default 0,
	skipped     integer not null default 0,
	undated     integer not null default 0
) strict;
create index file_sha256 on file (sha256);
create index file_path on file (path);

-- The bytes of a file as they came, in pieces; a file without any is kept by reference.
create table evidence (
	file    integer not null references file(id),
	part    integer not null,
	packing text not null,
	bytes   blob not null,
	primary key (file, part)
) strict;

-- Events stand in segments: count events of one source in ascending order of time, with the ids first to first + count - 1. since and
-- until are the times of the first and the last; in a segment of events without a time both are the least number there is.
create table segment (
	id     integer primary key autoincrement,
	source text not null,
	first  integer not null,
	count  integer not null,
	since  integer not null,
	until  integer not null
) strict;

-- A field of a segment: for each row a number in `width` bytes, the least significant first, in `bytes`. By kind,
--   word  the number is a place in `words`, a JSON list of word ids; place 0 is null
--   int   the value is base + divisor * the number; the number `none` is null
--   uuid  the 16 bytes are a UUID, all zero null
--   text  the number says where the row's text begins behind all the numbers; there is one number more, for the last text's end
--   json  the number is a place in `words`, a JSON list of values; place 0 is null
--   hash  the bytes are what they are
-- A field without a pack is null in all rows. The fields minute and minute:… have a row for each minute in which events are.
create table pack (
	segment integer not null references segment(id),
	field   text not null,
	kind    text not null,
	rows    integer not null,
	width   integer not null,
	base    integer not null,
	divisor integer not null,
	none    integer,
	words   text,
	bytes   blob not null,
	primary key (segment, field)
) strict;

-- What the view of cells counts and reads bytes with: the numbers 0 to 255, and all bytes in order.
create table octet (
	n integer primary key
) strict;
create table alphabet (
	bytes blob not null
) strict;
with recursive o(n) as (select 0 union all select n + 1 from o where n < 255) insert into octet select n from o;
insert into alphabet values (x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');

-- A cell is a row of a field: row 256 * high + low of its segment.
create view cell as select segment, field, high, low, case kind
	when 'word' then (select text from word where id = json_extract(words, '$[' || code || ']'))
	when 'int' then base + divisor * nullif(code, none)
	when 'json' then json_extract(words, '$[' || code || ']')
	when 'uuid' then nullif(lower(substr(hash, 1, 8) || '-' || substr(hash, 9, 4) || '-' || substr(hash, 13, 4) || '-' || substr(hash, 17, 4) || '-' || substr(hash, 21)),
		'00000000-0000-0000-0000-000000000000')
	when 'text' then nullif(cast(substr(bytes, (rows + 1) * width + code + 1, next - code) as text), '')
	when 'hash' then lower(hash)
end as value from (select k.segment, k.field, h.n as high, l.n as low, k.kind, k.rows, k.width, k.base, k.divisor, k.none, k.words, k.bytes,
	case k.width when 0 then 0 else (instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 1, k.width > 0)) - 1)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 2, k.width > 1)) - 1) << 8)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 3, k.width > 2)) - 1) << 16)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 4, k.width > 3)) - 1) << 24)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 5, k.width > 4)) - 1) << 32)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 6, k.width > 5)) - 1) << 40)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 7, k.width > 6)) - 1) << 48)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n) * k.width + 8, k.width > 7)) - 1) << 56) end as code,
	case k.width when 0 then 0 else (instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 1, k.width > 0)) - 1)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 2, k.width > 1)) - 1) << 8)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 3, k.width > 2)) - 1) << 16)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 4, k.width > 3)) - 1) << 24)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 5, k.width > 4)) - 1) << 32)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 6, k.width > 5)) - 1) << 40)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 7, k.width > 6)) - 1) << 48)
	| ((instr(a.bytes, substr(k.bytes, (256 * h.n + l.n + 1) * k.width + 8, k.width > 7)) - 1) << 56) end as next,
	hex(substr(k.bytes, (256 * h.n + l.n) * k.width + 1, k.width)) as hash
	from pack k, octet h, octet l, alphabet a);

-- Events as a person reads them. Each field is looked up only where it is asked for.
create view event as select
	s.first + 256 * h.n + l.n as id,
	(select strftime('%Y-%m-%dT%H:%M:%S', (value - (value % 1000000000 + 1000000000) % 1000000000) / 1000000000, 'unixepoch')
		|| printf('.%09dZ', (value % 1000000000 + 1000000000) % 1000000000)
		from cell where segment = s.id and field = 'time' and high = h.n and low = l.n) as time,
	s.source,
	(select value from cell where segment = s.id and field = 'action' and high = h.n and low = l.n) as action,
	(select value from cell where segment = s.id and field = 'outcome' and high = h.n and low = l.n) as outcome,
	(select value from cell where segment = s.id and field = 'category' and high = h.n and low = l.n) as category,
	(select value from cell where segment = s.id and field = 'status' and high = h.n and low = l.n) as status,
	(select value from cell where segment = s.id and field = 'error' and high = h.n and low = l.n) as error,
	(select value from cell where segment = s.id and field = 'user' and high = h.n and low = l.n) as user,
	(select value from cell where segment = s.id and field = 'user_name' and high = h.n and low = l.n) as user_name,
	(select value from cell where segment = s.id and field = 'user_role' and high = h.n and low = l.n) as user_role,
	(select value from cell where segment = s.id and field = 'user_session' and high = h.n and low = l.n) as user_session,
	(select value from cell where segment = s.id and field = 'account' and high = h.n and low = l.n) as account,
	(select value from cell where segment = s.id and field = 'region' and high = h.n and low = l.n) as region,
	(select value from cell where segment = s.id and field = 'resource' and high = h.n and low = l.n) as resource,
	(select value from cell where segment = s.id and field = 'resource_group' and high = h.n and low = l.n) as resource_group,
	(select value from cell where segment = s.id and field = 'model' and high = h.n and low = l.n) as model,
	(select value from cell where segment = s.id and field = 'app' and high = h.n and low = l.n) as app,
	(select value from cell where segment = s.id and field = 'ip' and high = h.n and low = l.n) as ip,
	(select value from cell where segment = s.id and field = 'request_id' and high = h.n and low = l.n) as request_id,
	(select value from cell where segment = s.id and field = 'response_id' and high = h.n and low = l.n) as response_id,
	(select value from cell where segment = s.id and field = 'prompt_tokens' and high = h.n and low = l.n) as prompt_tokens,
	(select value from cell where segment = s.id and field = 'completion_tokens' and high = h.n and low = l.n) as completion_tokens,
	(select value from cell where segment = s.id and field = 'request_size' and high = h.n and low = l.n) as request_size,
	(select value from cell where segment = s.id and field = 'response_size' and high = h.n and low = l.n) as response_size,
	(select value from cell where segment = s.id and field = 'duration' and high = h.n and low = l.n) as duration,
	(select cast(path as text) from file where id = (select value from cell where segment = s.id and field = 'file' and high = h.n and low = l.n)) as file,
	(select value from cell where segment = s.id and field = 'line' and high = h.n and low = l.n) as line,
	(select value from cell where segment = s.id and field = 'begin' and high = h.n and low = l.n) as begin,
	(select value from cell where segment = s.id and field = 'length' and high = h.n and low = l.n) as length
from segment s join octet h on h.n <= (s.count - 1) / 256 join octet l on l.n < s.count - 256 * h.n;

-- Events by the minute, in minutes since 1970.
create view minute as select
	value as minute, source,
	sum((select value from cell where segment = m.id and field = 'minute:events' and high = m.high and low = m.low)) as events,
	sum((select value from cell where segment = m.id and field = 'minute:failures' and high = m.high and low = m.low)) as failures,
	sum((select value from cell where segment = m.id and field = 'minute:prompt_tokens' and high = m.high and low = m.low)) as prompt_tokens,
	sum((select value from cell where segment = m.id and field = 'minute:completion_tokens' and high = m.high and low = m.low)) as completion_tokens
from (select s.id, s.source, h.n as high, l.n as low, c.value from segment s join pack k on k.segment = s.id and k.field = 'minute'
	join octet h on h.n <= (k.rows - 1) / 256 join octet l on l.n < k.rows - 256 * h.n
	join cell c on c.segment = s.id and c.field = 'minute' and c.high = h.n and c.low = l.n) m
group by value, source;

create table quarantine (
	id     integer primary key autoincrement,
	file   integer not null references file(id),
	line   integer not null,
	begin  integer not null,
	length integer not null,
	sha256 blob not null,
	raw    blob not null,
	code   text not null,
	reason text not null,
	state  text not null default 'open'
) strict;
create unique index quarantine_place on quarantine (file, begin);

create table rule_run (
	id      integer primary key autoincrement,
	rule    text not null,
	sha256  blob not null,
	query   text not null,
	ran     integer not null,
	actor   text not null,
	as_of   integer not null,
	since   integer not null,
	until   integer not null,
	outcome text not null,
	reason  text not null,
	ticks   integer not null,
	hits    integer not null,
	newest  integer not null,
	detail  text not null
) strict;
create index rule_run_rule on rule_run (rule, id);

create table alert (
	id           integer primary key autoincrement,
	rule         text not null,
	title        text not null,
	severity     text not null,
	rank         integer not null,
	risk         integer not null,
	entity_field text not null,
	entity       text not null,
	first_tick   integer not null,
	last_tick    integer not null,
	since        integer not null,
	until        integer not null,
	hits         integer not null,
	over_cap     integer not null,
	events       integer not null,
	peak_tick    integer not null,
	peak_index   integer not null,
	margin       real not null,
	score        integer not null,
	stale        integer not null default 0,
	status       text not null default 'new',
	class        text not null default '',
	reason       text not null default '',
	owner        text not null default '',
	version      integer not null default 1,
	changed      integer not null,
	changed_by   text not null default '',
	digest       blob not null
) strict;
create index alert_score on alert (score, id);
create index alert_last on alert (last_tick, id);
create index alert_rule on alert (rule, entity);
create index alert_entity on alert (entity, last_tick);

create table hit (
	id       integer primary key,
	alert    integer not null references alert(id) on delete cascade,
	tick     integer not null,
	place    integer not null,
	since    integer not null,
	until    integer not null,
	over_cap integer not null,
	columns  text not null,
	row      text not null,
	count    integer not null,
	events   blob not null
) strict;
create unique index hit_alert on hit (alert, tick, place);

create table alert_events (
	alert  integer primary key references alert(id) on delete cascade,
	events blob not null
) strict;

-- What an analyst did to an alert, with the states before and after, newest last.
create table change (
	id     integer primary key autoincrement,
	alert  integer not null,
	kind   text not null,
	object text not null,
	before text not null,
	after  text not null,
	actor  text not null,
	at     integer not null,
	undone integer not null default 0
) strict;
create index change_alert on change (alert, id);

create table answer (
	alert   integer not null,
	step    text not null,
	value   text not null,
	text    text not null,
	rows    integer,
	pinned  text not null,
	actor   text not null,
	at      integer not null,
	version integer not null,
	primary key (alert, step)
) strict, without rowid;

create table note (
	id        integer primary key autoincrement,
	alert     integer not null,
	text      text not null,
	actor     text not null,
	at        integer not null,
	withdrawn integer not null default 0
) strict;
create index note_alert on note (alert, id);

create table journal (
	seq     integer primary key,
	prev    blob not null,
	hash    blob not null,
	at      integer not null,
	zone    integer not null,
	uid     integer not null,
	actor   text not null,
	host    text not null,
	pid     integer not null,
	remote  text not null,
	build   text not null,
	action  text not null,
	object  text not null,
	number  integer not null,
	payload text not null
) strict;
create index journal_object on journal (object, number, seq);
create trigger journal_keeps before update on journal begin select raise(abort, 'the journal is append-only'); end;
create trigger journal_stays before delete on journal begin select raise(abort, 'the journal is append-only'); end;
