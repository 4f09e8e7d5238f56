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

-- A change is about an alert or about a case; 0 where it is not.
alter table change add column case_file integer not null default 0;
create index change_case on change (case_file, id);
