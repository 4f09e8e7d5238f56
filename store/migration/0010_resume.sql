-- Where a file's checkpoint is the beginning of a line and records go on from there by themselves: the line, and how they are written. A
-- load that was stopped there goes on there; 0: it begins anew and passes over what is loaded.
alter table file add column resume_line integer not null default 0;
alter table file add column resume_form text not null default '';
