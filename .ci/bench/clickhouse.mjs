// ClickHouse's side of the benchmark, in process: node clickhouse.mjs FILES DATABASE [replay]
// The same table and the same questions as duckdb.mjs.
import { createRequire } from 'node:module'
import { rmSync } from 'node:fs'

const { Session } = createRequire(import.meta.url)('chdb')
const [files, database, replay] = process.argv.slice(2)
rmSync(database, { recursive: true, force: true })
const session = new Session(database)
const run = (query) => session.query(query, 'CSV')

run('set max_threads = 2')
run('create database if not exists bench engine = Atomic')
run(`create table bench.event (at DateTime, account LowCardinality(String), user LowCardinality(String), region LowCardinality(String),
  request String, action LowCardinality(String), model LowCardinality(String), error LowCardinality(String),
  prompt_tokens Int32, completion_tokens Int32, request_size Int32, response_size Int32) engine = MergeTree order by at`)
run(`insert into bench.event
  select parseDateTimeBestEffort(timestamp), accountId, identity.arn, region, requestId, operation, modelId, errorCode,
    input.2, output.2, length(input.1), length(output.1)
  from file('${files}', 'JSONEachRow', 'timestamp String, accountId String, identity Tuple(arn String), region String,
    requestId String, operation String, modelId String, errorCode String,
    input Tuple(inputBodyJson String, inputTokenCount Int32), output Tuple(outputBodyJson String, outputTokenCount Int32)')
  settings max_threads = 2, input_format_json_read_objects_as_strings = 1, input_format_skip_unknown_fields = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1, input_format_json_defaults_for_missing_elements_in_named_tuple = 1`)

console.log('rows', run('select count() from bench.event').trim())

if (replay) {
  const ticks = `(select *, toStartOfInterval(at, interval 10 minute) + 600 * (k + 1) as tick from bench.event array join range(6) as k)`
  const rules = [
    `select tick, toStartOfMinute(at) as minute, model, count() as n, avg(request_size) as size from ${ticks}
       where error = '' group by tick, minute, model having n >= 10 and size >= 5000`,
    `select tick, model, count() as n from ${ticks} where error = '' and completion_tokens = 0 group by tick, model having n >= 10`,
    `select tick, user, model, account, count() as n from ${ticks} where error = 'AccessDeniedException'
       group by tick, user, model, account having n > 3`,
    `select toDate(at) as day, account, max(prompt_tokens), max(completion_tokens), max(request_size), count() as n from bench.event
       where prompt_tokens > 8000 or completion_tokens > 8000 or request_size > 8000 group by day, account having n > 1`,
    `select user, hour, count() as n, quantileExact(gap) as median, stddevSamp(gap) as deviation from (
         select user, toStartOfHour(at) as hour, 1000 * (at - lagInFrame(at) over w) as gap, row_number() over w as place from bench.event
         window w as (partition by user, toStartOfHour(at) order by at rows between unbounded preceding and unbounded following))
       where place > 1 group by user, hour having n >= 30 and median < 2000 and deviation < 500`,
  ]
  let hits = 0
  const begin = performance.now()
  for (const rule of rules) hits += run(rule + ' settings max_threads = 2').split('\n').filter(Boolean).length
  console.log(`hits ${hits} replay_seconds ${((performance.now() - begin) / 1000).toFixed(3)}`)
}
