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
