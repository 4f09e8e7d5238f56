-- Changes that were undone and are not done again, since their analyst did something else after that, or someone to the same thing.
alter table change add column dropped integer not null default 0;
