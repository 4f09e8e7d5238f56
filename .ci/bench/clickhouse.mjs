// ClickHouse's side of the benchmark, in process: node clickhouse.mjs FILES DATABASE [replay]
// The same columns and the same questions as duckdb.mjs, which says what they are; what a record lacks is empty here, not null.
import { createRequire } from 'node:module'
import { rmSync } from 'node:fs'

const { Session } = createRequire(import.meta.url)('chdb')
const [files, database, replay] = process.argv.slice(2)
rmSync(database, { recursive: true, force: true })
const session = new Session(database)
const run = (query) => session.query(query, 'CSV')

run('set max_threads = 2')
run('create database if not exists bench engine = Atomic')
run(`create table bench.event (at DateTime, action LowCardinality(String), error LowCardinality(String), outcome LowCardinality(String),
  user LowCardinality(String), user_name LowCardinality(String), user_role LowCardinality(String), user_session LowCardinality(String),
  account LowCardinality(String), region LowCardinality(String), model LowCardinality(String), request String, response String,
  prompt_tokens Int32, completion_tokens Int32, request_size Int32, response_size Int32, finish_reason LowCardinality(String),
  response_time Int32, start_response_time Int32, guardrail LowCardinality(String), policy LowCardinality(String),
  policy_action LowCardinality(String), confidence LowCardinality(String), violation LowCardinality(String), violated Bool)
  engine = MergeTree order by at`)
run(`insert into bench.event
  with output.1 as body, splitByChar('/', splitByChar(':', identity.arn, 6)[6]) as caller,
    coalesce(nullif(JSONExtractString(body, 'stopReason'), ''), JSONExtractString(body, 'stop_reason')) as stop,
    if(JSONHas(body, 'trace', 'guardrail', 'inputAssessment'), JSONExtractRaw(body, 'trace', 'guardrail', 'inputAssessment'),
      JSONExtractRaw(body, 'amazon-bedrock-trace', 'guardrail', 'input')) as guard,
    JSONExtractRaw(body, -1, 'amazon-bedrock-invocationMetrics') as metrics, JSONExtractKeys(guard)[1] as guardrail_id
  select parseDateTimeBestEffort(timestamp), operation, errorCode,
    if(errorCode != '' or guard != '' and stop = 'guardrail_intervened', 'failure', 'success'), identity.arn,
    multiIf(caller[1] = 'root', 'root', caller[1] = 'assumed-role', caller[3], caller[1] in ('user', 'federated-user'), caller[-1], ''),
    if(caller[1] = 'assumed-role', caller[2], ''), if(caller[1] = 'assumed-role', caller[3], ''),
    accountId, region, modelId, requestId,
    coalesce(nullif(JSONExtractString(body, 'id'), ''), JSONExtractString(body, 1, 'message', 'id')),
    input.2, output.2, length(input.1), length(body), stop,
    JSONExtractInt(metrics, 'invocationLatency'), JSONExtractInt(metrics, 'firstByteLatency'),
    guardrail_id, JSONExtractKeys(guard, guardrail_id)[1], JSONExtractString(guard, 1, 1, 1, 1, 'action'),
    JSONExtractString(guard, 1, 1, 1, 1, 'confidence'), JSONExtractString(guard, 1, 1, 1, 1, 'type'),
    guard != '' and stop = 'guardrail_intervened'
  from file('${files}', 'JSONEachRow', 'timestamp String, accountId String, identity Tuple(arn String), region String,
    requestId String, operation String, modelId String, errorCode String,
    input Tuple(inputBodyJson String, inputTokenCount Int32), output Tuple(outputBodyJson String, outputTokenCount Int32)')
  settings max_threads = 2, input_format_json_read_objects_as_strings = 1, input_format_skip_unknown_fields = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1, input_format_json_defaults_for_missing_elements_in_named_tuple = 1`)

console.log('rows', run('select count() from bench.event').trim())
if (process.env.SHOW) console.log(run(process.env.SHOW))

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
