-- The queue reads a page behind a row in each of its orders; alerts are counted by entity and by rule without reading their rows.
create index alert_in_order_of_status on alert (status, id);
create index alert_in_order_of_owner on alert (owner, id);
create index alert_in_order_of_rank on alert (rank, id);
create index alert_in_order_of_events on alert (events, id);
create index alert_in_order_of_rule on alert (rule, id);
create index alert_in_order_of_entity on alert (entity, id);
create index alerts_of_entities on alert (entity_field, entity, status, stale, last_tick);
create index alerts_of_rules on alert (rule, severity, status, class, owner, stale, last_tick);
