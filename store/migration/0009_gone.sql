-- An alert that its rule no longer gives, and that nobody worked on, goes; should the rule give it again, it is the same one.
create table gone_alert (
	id           integer primary key,
	rule         text not null,
	entity_field text not null,
	entity       text not null,
	since        integer not null,
	until        integer not null,
	changed      integer not null
) strict;
create index gone_alert_of on gone_alert (rule, entity, entity_field);
