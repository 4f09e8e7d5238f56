-- The hash of a followed text as far as it was read, and the state to go on hashing from.
alter table follow add column sum blob not null default x'';
alter table follow add column hashing blob not null default x'';
