-- Two broken records may begin at the same byte: an envelope that ends before its next record has no byte of its own.
drop index quarantine_place;
create unique index quarantine_place on quarantine (file, begin, length) where state = 'open';
