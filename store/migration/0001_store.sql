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

create table event_row (
	id                integer primary key,
	time              integer,
	source            integer not null,
	action            integer,
	outcome           integer,
	category          integer,
	status            integer,
	error             integer,
	user              integer,
	user_name         integer,
	user_role         integer,
	user_session      integer,
	account           integer,
	region            integer,
	resource          integer,
	resource_group    integer,
	model             integer,
	app               integer,
	ip                integer,
	request_id        any, -- a UUID in 16 bytes, or text
	response_id       any,
	prompt_tokens     integer,
	completion_tokens integer,
	request_size      integer,
	response_size     integer,
	duration          integer,
	flags             integer not null,
	segment           integer not null,
	place             integer not null,
	file              integer not null,
	begin             integer not null,
	length            integer not null,
	line              integer not null,
	form              integer not null,
	occurrence        integer not null,
	key               blob not null
) strict;
create index event_time on event_row (time);
create index event_user on event_row (user, time) where user is not null;

create view event as select
	e.id,
	strftime('%Y-%m-%dT%H:%M:%S', e.time / 1000000000, 'unixepoch') || printf('.%09dZ', e.time % 1000000000) as time,
	(select text from word where id = e.source) as source,
	(select text from word where id = e.action) as action,
	(select text from word where id = e.outcome) as outcome,
	(select text from word where id = e.category) as category,
	(select text from word where id = e.status) as status,
	(select text from word where id = e.error) as error,
	(select text from word where id = e.user) as user,
	(select text from word where id = e.user_name) as user_name,
	(select text from word where id = e.user_role) as user_role,
	(select text from word where id = e.user_session) as user_session,
	(select text from word where id = e.account) as account,
	(select text from word where id = e.region) as region,
	(select text from word where id = e.resource) as resource,
	(select text from word where id = e.resource_group) as resource_group,
	(select text from word where id = e.model) as model,
	(select text from word where id = e.app) as app,
	(select text from word where id = e.ip) as ip,
	case typeof(e.request_id) when 'blob' then lower(substr(hex(e.request_id), 1, 8) || '-' || substr(hex(e.request_id), 9, 4) || '-' || substr(hex(e.request_id), 13, 4) || '-' || substr(hex(e.request_id), 17, 4) || '-' || substr(hex(e.request_id), 21)) else e.request_id end as request_id,
	case typeof(e.response_id) when 'blob' then lower(substr(hex(e.response_id), 1, 8) || '-' || substr(hex(e.response_id), 9, 4) || '-' || substr(hex(e.response_id), 13, 4) || '-' || substr(hex(e.response_id), 17, 4) || '-' || substr(hex(e.response_id), 21)) else e.response_id end as response_id,
	e.prompt_tokens, e.completion_tokens, e.request_size, e.response_size, e.duration,
	(select path from file where id = e.file) as file, e.line, e.begin, e.length
from event_row e;

-- Events packed by column: count events of one source, ids first to first + count - 1, in ascending order of time.
create table segment (
	id     integer primary key autoincrement,
	source text not null,
	first  integer not null,
	count  integer not null,
	since  integer not null,
	until  integer not null
) strict;
create table pack (
	id      integer primary key,
	segment integer not null references segment(id),
	field   text not null,
	bytes   blob not null
) strict;
create unique index pack_field on pack (field, segment);

create table minute (
	minute            integer not null,
	source            text not null,
	events            integer not null,
	failures          integer not null,
	prompt_tokens     integer not null,
	completion_tokens integer not null,
	primary key (minute, source)
) strict, without rowid;

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
