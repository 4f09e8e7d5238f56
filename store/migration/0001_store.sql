-- The schema of a store. The next change of it is a file 0002_WHAT.sql beside this one, the next number each, which is applied in a
-- transaction of its own to the stores that there are (migrate.go). A file that is in a release is never edited again; a packed store of
-- each release holds that to be true (testdata/released, TestReleasedStores).
--
-- Times are whole nanoseconds since 1970, UTC, in events and wherever people acted, and ticks of 100 ns in whatever the engine made.

-- What came in.

create table word (
	id   integer primary key,
	text text not null unique
) strict;

-- The process that loads says its number, so that a file of a load that was killed is told from one that is being read right now.
create table load (
	id          integer primary key autoincrement,
	started     integer not null,
	ended       integer,
	actor       text not null,
	pid         integer not null default 0,
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
-- or refused. checkpoint is where in the expanded stream the records that are in the store end. Where that is the beginning of a line and
-- records go on from there by themselves, resume_line is the line and resume_form how they are written: a load that was stopped there goes
-- on there; 0: it begins anew and passes over what is loaded.
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
	resume_line integer not null default 0,
	resume_form text not null default '',
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
create index file_inode on file (device, inode); -- the same file is found by whatever path

-- The bytes of a file as they came, in pieces; a file without any is kept by reference.
create table evidence (
	file    integer not null references file(id),
	part    integer not null,
	packing text not null,
	bytes   blob not null,
	primary key (file, part)
) strict;

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

-- How often a file that was not read to its end yet has had the keys of events that were in the store before it, so that going on with it
-- counts on. A part is what one transaction found: for each key its 16 bytes and the count in 4, the least significant first.
create table again (
	file integer not null references file(id),
	part integer not null,
	keys blob not null,
	primary key (file, part)
) strict;

-- A growing file that is followed. How far it was read is its file's checkpoint; line is the line there, form how its rows are
-- written. Its text is known again wherever it stands next, under another name, copied, compressed: by the hash of its first
-- bytes (head, of head_size bytes), and by that of the first and the last bytes before the checkpoint (mark). sum is the hash of the
-- text as far as it was read, and hashing the state to go on hashing from.
create table follow (
	file      integer primary key references file(id),
	line      integer not null,
	form      text not null,
	head      blob not null,
	head_size integer not null,
	mark      blob not null,
	sum       blob not null default x'',
	hashing   blob not null default x''
) strict;

-- What could not be read, as it came. A record here can be decoded again: form says how it stood in its file. Once it was taken in, what
-- is left of its place may go to quarantine anew.
create table quarantine (
	id     integer primary key autoincrement,
	file   integer not null references file(id),
	line   integer not null,
	begin  integer not null,
	length integer not null,
	sha256 blob not null,
	raw    blob not null,
	form   text not null default 'json',
	code   text not null,
	reason text not null,
	state  text not null default 'open'
) strict;
create unique index quarantine_place on quarantine (file, begin) where state = 'open';

-- Tables of analysts' own: how records that casebook has no source for become their rows. A file that was loaded into one says so in its
-- form ("table:NAME").
create table mapping (
	name   text primary key,
	text   blob not null,
	sha256 blob not null,
	added  integer not null,
	actor  text not null
) strict, without rowid;

-- Events, in columns.

-- Events stand in segments: count events of one source in ascending order of time. since and until are the times of the first and the last;
-- in a segment of events without a time both are the least number there is. The events have the ids first to first + count - 1; where
-- small segments, as a follower makes them, were merged into a larger one, the events keep their ids: a field "event" has those that are
-- no run from first on, and last is the greatest. A segment that others have taken the place of says since when, in "replaced"; it stays
-- for a while, for those who are reading it.
create table segment (
	id       integer primary key autoincrement,
	source   text not null,
	first    integer not null,
	last     integer not null default 0,
	count    integer not null,
	since    integer not null,
	until    integer not null,
	replaced integer not null default 0
) strict;
create index segment_replaced on segment (replaced) where replaced > 0;

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
	coalesce((select value from cell where segment = s.id and field = 'event' and high = h.n and low = l.n), s.first + 256 * h.n + l.n) as id,
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
from segment s join octet h on h.n <= (s.count - 1) / 256 join octet l on l.n < s.count - 256 * h.n
where s.replaced = 0;

-- Events by the minute, in minutes since 1970.
create view minute as select
	value as minute, source,
	sum((select value from cell where segment = m.id and field = 'minute:events' and high = m.high and low = m.low)) as events,
	sum((select value from cell where segment = m.id and field = 'minute:failures' and high = m.high and low = m.low)) as failures,
	sum((select value from cell where segment = m.id and field = 'minute:prompt_tokens' and high = m.high and low = m.low)) as prompt_tokens,
	sum((select value from cell where segment = m.id and field = 'minute:completion_tokens' and high = m.high and low = m.low)) as completion_tokens
from (select s.id, s.source, h.n as high, l.n as low, c.value from segment s join pack k on k.segment = s.id and k.field = 'minute'
	join octet h on h.n <= (k.rows - 1) / 256 join octet l on l.n < k.rows - 256 * h.n and s.replaced = 0
	join cell c on c.segment = s.id and c.field = 'minute' and c.high = h.n and c.low = l.n) m
group by value, source;

-- Rules, and what they found.

-- Files of rules that analysts brought, byte for byte; their rules are read from these bytes, never from the path again.
create table rule_file (
	id     integer primary key autoincrement,
	path   blob not null unique,
	text   blob not null,
	sha256 blob not null,
	added  integer not null,
	actor  text not null
) strict;

-- Rules that someone switched on or off; the others are as their publisher left them.
create table rule_switch (
	rule    text primary key,
	on_     integer not null,
	changed integer not null,
	actor   text not null
) strict, without rowid;

-- The texts of rules as they ran, by their SHA-256: an alert explains itself after its rule's file has changed.
create table rule_text (
	sha256 blob primary key,
	path   blob not null,
	text   blob not null
) strict, without rowid;

-- Tables that rules look things up in: CSV files that an analyst named, byte for byte.
create table lookup (
	name   text primary key,
	path   blob not null,
	key    text not null,
	text   blob not null,
	sha256 blob not null,
	added  integer not null,
	actor  text not null
) strict, without rowid;

-- text is in rule_text. print is a digest of all that decides what the rule gives; a run with another one says nothing of
-- the rule as it is now. seen is the newest event the run knew of. carrying counts the events that carry all fields that the
-- rule needs; -1 where that was not counted.
create table rule_run (
	id       integer primary key autoincrement,
	rule     text not null,
	sha256   blob not null,
	text     blob,
	print    blob,
	query    text not null,
	ran      integer not null,
	actor    text not null,
	as_of    integer not null,
	since    integer not null,
	until    integer not null,
	outcome  text not null,
	reason   text not null,
	ticks    integer not null,
	hits     integer not null,
	newest   integer not null,
	seen     integer not null default 0,
	events   integer not null default -1,
	carrying integer not null default -1,
	detail   text not null
) strict;
create index rule_run_rule on rule_run (rule, id);

-- The scheduled runs of a rule that were not clean, as they stand after the newest replay. What ran clean is in rule_run.
create table rule_tick (
	rule    text not null,
	tick    integer not null,
	since   integer not null,
	until   integer not null,
	outcome text not null,
	rows    integer not null,
	events  integer not null,
	reason  text not null,
	primary key (rule, tick)
) strict, without rowid;

create table alert (
	id           integer primary key autoincrement,
	rule         text not null,
	text         blob,
	build        text not null default '',
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
-- The queue reads a page behind a row in each of its orders; alerts are counted by entity and by rule without reading their rows.
create index alert_in_order_of_status on alert (status, id);
create index alert_in_order_of_owner on alert (owner, id);
create index alert_in_order_of_rank on alert (rank, id);
create index alert_in_order_of_events on alert (events, id);
create index alert_in_order_of_rule on alert (rule, id);
create index alert_in_order_of_entity on alert (entity, id);
create index alerts_of_entities on alert (entity_field, entity, status, stale, last_tick);
create index alerts_of_rules on alert (rule, severity, status, class, owner, stale, last_tick);

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

-- What analysts do.

-- What an analyst did to an alert or to a case (0 where it is not about one), with the states before and after, newest last.
create table change (
	id        integer primary key autoincrement,
	alert     integer not null,
	case_file integer not null default 0,
	kind      text not null,
	object    text not null,
	before    text not null,
	after     text not null,
	actor     text not null,
	at        integer not null,
	undone    integer not null default 0
) strict;
create index change_alert on change (alert, id);
create index change_case on change (case_file, id);

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

-- What a step's query gave, kept with its alert until the alert is in a case.
create table alert_pin (
	id        integer primary key autoincrement,
	alert     integer not null,
	step      text not null,
	sha256    blob not null,
	result    text not null,
	actor     text not null,
	at        integer not null,
	withdrawn integer not null default 0
) strict;
create index alert_pin_alert on alert_pin (alert, id);

-- Cases: alerts under one question, with a story, evidence and a verdict. "case" is a word of SQL's own.
create table case_file (
	id            integer primary key autoincrement,
	title         text not null,
	status        text not null,
	class         text not null,
	reason        text not null,
	owner         text not null,
	story         text not null,
	version       integer not null,
	story_version integer not null,
	withdrawn     integer not null default 0,
	created       integer not null,
	created_by    text not null,
	changed       integer not null,
	changed_by    text not null
) strict;

create table case_alert (
	case_file integer not null references case_file(id),
	alert     integer not null,
	actor     text not null,
	at        integer not null,
	primary key (case_file, alert)
) strict, without rowid;
create index case_alert_alert on case_alert (alert);

-- A pin is an event or the result of a query, as it was when someone kept it. number counts the pins of a kind in a case.
create table case_pin (
	id        integer primary key autoincrement,
	case_file integer not null references case_file(id),
	kind      text not null,
	number    integer not null,
	alert     integer not null,
	step      text not null,
	note      text not null,
	event     integer not null,
	sha256    blob not null,
	result    text not null,
	actor     text not null,
	at        integer not null,
	withdrawn integer not null default 0
) strict;
create index case_pin_case on case_pin (case_file, id);

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

-- Everything that anyone did, each entry sealed with the hash of the one before; see journal.go.
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
