-- The process that loads, so that a file of a load that was killed is told from one that is being read right now.
alter table load add column pid integer not null default 0;
