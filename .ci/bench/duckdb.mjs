// DuckDB's side of the benchmark: node duckdb.mjs FILES DATABASE [replay]
// Loads Bedrock records into a table, checkpoints, and with "replay" asks for every hit of the five rules' schedules over it (the
// Azure and OpenAI rules mapped onto Bedrock's columns).
//
// The columns are those that casebook's store types for a Bedrock record: the record's own fields, the parts of the caller's ARN, and
// what is read out of the answer's body (its id, why it stopped, latencies, what a guardrail said). What only casebook keeps is left
// out: the evidence, a hash of every record, its place, and the key that tells duplicates. Of a streamed answer casebook looks at every
// event; here only the first and the last are looked at, where the data has what is wanted.
import duckdb from '@duckdb/node-api'
import { rmSync } from 'node:fs'

const [files, database, replay] = process.argv.slice(2)
rmSync(database, { force: true })
const instance = await duckdb.DuckDBInstance.create(database, { threads: '2' })
const db = await instance.connect()

const schema = `{timestamp: 'TIMESTAMP', accountId: 'VARCHAR', identity: 'STRUCT(arn VARCHAR)', region: 'VARCHAR',
  requestId: 'VARCHAR', operation: 'VARCHAR', modelId: 'VARCHAR', errorCode: 'VARCHAR',
  input: 'STRUCT(inputBodyJson JSON, inputTokenCount INT)', output: 'STRUCT(outputBodyJson JSON, outputTokenCount INT)'}`

await db.run(`create table event as
  with record as (
    select *, output.outputBodyJson as body, split_part(identity.arn, ':', 6) as caller,
      coalesce(body->'$.trace.guardrail.inputAssessment', body->'$."amazon-bedrock-trace".guardrail.input') as guard,
      coalesce(body->>'$.stopReason', body->>'$.stop_reason') as stop
    from read_json('${files}', format = 'newline_delimited', maximum_object_size = 33554432, columns = ${schema}))
  select timestamp as ts, operation as action, errorCode as error,
    case when errorCode is not null or guard is not null and stop = 'guardrail_intervened' then 'failure' else 'success' end as outcome,
    identity.arn as user,
    case split_part(caller, '/', 1) when 'root' then 'root' when 'assumed-role' then split_part(caller, '/', 3)
      when 'user' then split_part(caller, '/', -1) when 'federated-user' then split_part(caller, '/', -1) end as user_name,
    case split_part(caller, '/', 1) when 'assumed-role' then split_part(caller, '/', 2) end as user_role,
    case split_part(caller, '/', 1) when 'assumed-role' then split_part(caller, '/', 3) end as user_session,
    accountId as account, region, modelId as model, requestId as request, coalesce(body->>'$.id', body->>'$[0].message.id') as response,
    input.inputTokenCount as prompt_tokens, output.outputTokenCount as completion_tokens,
    strlen(input.inputBodyJson::varchar) as request_size, strlen(body::varchar) as response_size, stop as finish_reason,
    (body->>'$[#-1]."amazon-bedrock-invocationMetrics".invocationLatency')::int as response_time,
    (body->>'$[#-1]."amazon-bedrock-invocationMetrics".firstByteLatency')::int as start_response_time,
    json_keys(guard)[1] as guardrail, json_keys(guard, '$.' || json_keys(guard)[1])[1] as policy,
    (guard->>'$.*.*.*[*].action')[1] as policy_action, (guard->>'$.*.*.*[*].confidence')[1] as confidence,
    (guard->>'$.*.*.*[*].type')[1] as violation, guard is not null and stop = 'guardrail_intervened' as violated
  from record`)
await db.run('checkpoint')
console.log('rows', (await db.runAndReadAll('select count(*) from event')).getRows()[0][0])
if (process.env.SHOW) console.log((await db.runAndReadAll(process.env.SHOW)).getRowsJson())

if (replay) {
  const ticks = `(select *, time_bucket(interval 10 minute, ts) + interval 10 minute * (k + 1) as tick from event, range(6) r(k))`
  const rules = [
    `select tick, date_trunc('minute', ts) as minute, model, count(*) as n, avg(request_size) as size from ${ticks}
       where error is null group by all having n >= 10 and size >= 5000`,
    `select tick, model, count(*) as n from ${ticks} where error is null and completion_tokens = 0 group by all having n >= 10`,
    `select tick, user, model, account, count(*) as n from ${ticks} where error = 'AccessDeniedException' group by all having n > 3`,
    `select date_trunc('day', ts) as day, account, max(prompt_tokens), max(completion_tokens), max(request_size), count(*) as n
       from event where prompt_tokens > 8000 or completion_tokens > 8000 or request_size > 8000 group by all having n > 1`,
    `with gaps as (select user, date_trunc('hour', ts) as hour,
         epoch_ms(ts) - lag(epoch_ms(ts)) over (partition by user, date_trunc('hour', ts) order by ts) as gap from event)
       select user, hour, count(gap) as n, quantile_disc(gap, 0.5) as median, stddev_samp(gap) as deviation
       from gaps where gap is not null group by all having n >= 30 and median < 2000 and deviation < 500`,
  ]
  let hits = 0
  const begin = performance.now()
  for (const rule of rules) hits += (await db.runAndReadAll(rule)).currentRowCount
  console.log(`hits ${hits} replay_seconds ${((performance.now() - begin) / 1000).toFixed(3)}`)
}
db.closeSync()
instance.closeSync()
