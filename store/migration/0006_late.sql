-- Events as a person reads them, with what came late.
drop view event;
create view event as select
	coalesce((select value from cell where segment = s.id and field = 'event' and high = h.n and low = l.n), s.first + 256 * h.n + l.n) as id,
	(select strftime('%Y-%m-%dT%H:%M:%S', (value - (value % 1000000000 + 1000000000) % 1000000000) / 1000000000, 'unixepoch')
		|| printf('.%09dZ', (value % 1000000000 + 1000000000) % 1000000000)
		from cell where segment = s.id and field = 'time' and high = h.n and low = l.n) as time,
	s.source,
	(select value from cell where segment = s.id and field = 'action' and high = h.n and low = l.n) as action,
	(select value from cell where segment = s.id and field = 'outcome' and high = h.n and low = l.n) as outcome,
	(select value from cell where segment = s.id and field = 'category' and high = h.n and low = l.n) as category,
	(select value from cell where segment = s.id and field = 'status' and high = h.n and low = l.n) as status,
	(select value from cell where segment = s.id and field = 'error' and high = h.n and low = l.n) as error,
	(select value from cell where segment = s.id and field = 'user' and high = h.n and low = l.n) as user,
	(select value from cell where segment = s.id and field = 'user_name' and high = h.n and low = l.n) as user_name,
	(select value from cell where segment = s.id and field = 'user_role' and high = h.n and low = l.n) as user_role,
	(select value from cell where segment = s.id and field = 'user_session' and high = h.n and low = l.n) as user_session,
	(select value from cell where segment = s.id and field = 'account' and high = h.n and low = l.n) as account,
	(select value from cell where segment = s.id and field = 'region' and high = h.n and low = l.n) as region,
	(select value from cell where segment = s.id and field = 'resource' and high = h.n and low = l.n) as resource,
	(select value from cell where segment = s.id and field = 'resource_group' and high = h.n and low = l.n) as resource_group,
	(select value from cell where segment = s.id and field = 'model' and high = h.n and low = l.n) as model,
	(select value from cell where segment = s.id and field = 'app' and high = h.n and low = l.n) as app,
	(select value from cell where segment = s.id and field = 'ip' and high = h.n and low = l.n) as ip,
	(select value from cell where segment = s.id and field = 'request_id' and high = h.n and low = l.n) as request_id,
	(select value from cell where segment = s.id and field = 'response_id' and high = h.n and low = l.n) as response_id,
	(select value from cell where segment = s.id and field = 'prompt_tokens' and high = h.n and low = l.n) as prompt_tokens,
	(select value from cell where segment = s.id and field = 'completion_tokens' and high = h.n and low = l.n) as completion_tokens,
	coalesce((select request from late where event = coalesce((select value from cell where segment = s.id and field = 'event' and high = h.n and low = l.n), s.first + 256 * h.n + l.n) order by late.id desc limit 1),
		(select value from cell where segment = s.id and field = 'request_size' and high = h.n and low = l.n)) as request_size,
	coalesce((select response from late where event = coalesce((select value from cell where segment = s.id and field = 'event' and high = h.n and low = l.n), s.first + 256 * h.n + l.n) order by late.id desc limit 1),
		(select value from cell where segment = s.id and field = 'response_size' and high = h.n and low = l.n)) as response_size,
	(select value from cell where segment = s.id and field = 'duration' and high = h.n and low = l.n) as duration,
	(select cast(path as text) from file where id = (select value from cell where segment = s.id and field = 'file' and high = h.n and low = l.n)) as file,
	(select value from cell where segment = s.id and field = 'line' and high = h.n and low = l.n) as line,
	(select value from cell where segment = s.id and field = 'begin' and high = h.n and low = l.n) as begin,
	(select value from cell where segment = s.id and field = 'length' and high = h.n and low = l.n) as length
from segment s join octet h on h.n <= (s.count - 1) / 256 join octet l on l.n < s.count - 256 * h.n
where s.replaced = 0;
