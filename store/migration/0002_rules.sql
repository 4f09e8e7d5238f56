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
-- rule needs; -1 for runs from before it was counted.
alter table rule_run add column text blob;
alter table rule_run add column print blob;
alter table rule_run add column seen integer not null default 0;
alter table rule_run add column events integer not null default -1;
alter table rule_run add column carrying integer not null default -1;

alter table alert add column text blob;
alter table alert add column build text not null default '';
