-- A record in quarantine can be decoded again: form says how it stood in its file. Once it was taken in, what is left of its
-- place may go to quarantine anew.
alter table quarantine add column form text not null default 'json';
drop index quarantine_place;
create unique index quarantine_place on quarantine (file, begin) where state = 'open';
