// DuckDB's side of the replay: node replay.mjs load FOLDER DATABASE | detect DATABASE | count DATABASE
// "load" makes one table a vendor out of the folders that "casebook demo --write" wrote. "detect" asks for every hit of the five
// rules' schedules over them, each event standing once in each window that holds it. Folders named resourceId= are not to stand for the
// records' own field. "count" is the ad-hoc query.
import duckdb from '@duckdb/node-api'
import { rmSync } from 'node:fs'

const [what, ...rest] = process.argv.slice(2)
const database = rest.pop()
if (what === 'load') rmSync(database, { force: true })
const instance = await duckdb.DuckDBInstance.create(database, { threads: '2' })
const db = await instance.connect()
const begin = performance.now()

const json = (files, columns) => `read_json('${rest[0]}/${files}', format = 'newline_delimited', maximum_object_size = 33554432, hive_partitioning = false, columns = ${columns})`

const tables = [
  `create table bedrock as
     select timestamp as ts, accountId as account, identity.arn as user, region, requestId as request, operation as action,
       modelId as model, errorCode as error, input.inputTokenCount as prompt_tokens, output.outputTokenCount as completion_tokens,
       strlen(input.inputBodyJson::varchar) as request_size, strlen(output.outputBodyJson::varchar) as response_size
     from ${json('bedrock/AWSLogs/**/*.json.gz', `{timestamp: 'TIMESTAMP', accountId: 'VARCHAR', identity: 'STRUCT(arn VARCHAR)', region: 'VARCHAR',
       requestId: 'VARCHAR', operation: 'VARCHAR', modelId: 'VARCHAR', errorCode: 'VARCHAR',
       input: 'STRUCT(inputBodyJson JSON, inputTokenCount INT)', output: 'STRUCT(outputBodyJson JSON, outputTokenCount INT)'}`)}`,
  `create table azure as
     select time as ts, lower(regexp_extract(resourceId, '[^/]+$')) as resource, operationName as operation, resultSignature as signature,
       correlationId as request, callerIpAddress as address, location, durationMs as duration,
       (properties->>'requestLength')::bigint as request_length, (properties->>'responseLength')::bigint as response_length,
       properties->>'modelDeploymentName' as deployment, properties->>'modelName' as model
     from ${json('azure/insights-logs-*/**/*.json', `{time: 'TIMESTAMP', resourceId: 'VARCHAR', operationName: 'VARCHAR', resultSignature: 'VARCHAR',
       correlationId: 'VARCHAR', callerIpAddress: 'VARCHAR', location: 'VARCHAR', durationMs: 'BIGINT', properties: 'JSON'}`)}`,
  `create table openai as
     select TimeGenerated as ts, EventRequestId as request, ModelName as model, ToolName as tool, EventType as type,
       AdditionalFields->>'input_user' as user, InputTokensUsed as prompt_tokens, OutputTokensUsed as completion_tokens
     from ${json('openai/am-asimagenteventlogs/**/*.json', `{TimeGenerated: 'TIMESTAMP', EventRequestId: 'VARCHAR', ModelName: 'VARCHAR',
       ToolName: 'VARCHAR', EventType: 'VARCHAR', AdditionalFields: 'JSON', InputTokensUsed: 'INT', OutputTokensUsed: 'INT'}`)}`,
]

const windows = (table) => `(select *, time_bucket(interval 10 minute, ts) + interval 10 minute * (k + 1) as tick from ${table}, range(6) r(k))`
const rules = [
  `select tick, date_trunc('minute', ts) as minute, resource, count(*) as n, avg(request_length) as size from ${windows('azure')}
     where operation = 'ChatCompletions_Create' group by all having n >= 10 and size >= 5000`,
  `select tick, resource, count(*) as n from ${windows('azure')}
     where operation = 'ChatCompletions_Create' and signature = '200' and response_length = 0 group by all having n >= 10`,
  `select tick, user, model, account, count(*) as n from ${windows('bedrock')} where error = 'AccessDeniedException' group by all having n > 3`,
  `select date_trunc('day', ts) as day, account, max(prompt_tokens), max(completion_tokens), max(request_size), count(*) as n
     from bedrock where prompt_tokens > 8000 or completion_tokens > 8000 or request_size > 8000 group by all having n > 1`,
  `with gaps as (select user, date_trunc('hour', ts) as hour,
       epoch_ms(ts) - lag(epoch_ms(ts)) over (partition by user, date_trunc('hour', ts) order by ts) as gap
       from openai where user is not null and user <> '')
     select user, hour, count(gap) as n, quantile_disc(gap, 0.5) as median, stddev_samp(gap) as deviation
     from gaps where gap is not null group by all having n >= 30 and median < 2000 and deviation < 500`,
]

let hits = 0
const ask = async (query) => { hits += (await db.runAndReadAll(query)).currentRowCount }

if (what === 'load') {
  for (const query of tables) await db.run(query)
  await db.run('checkpoint')
  for (const t of ['bedrock', 'azure', 'openai']) console.log(t, (await db.runAndReadAll(`select count(*) from ${t}`)).getRows()[0][0])
} else if (what === 'detect') {
  for (const rule of rules) await ask(rule)
} else {
  await ask('select user, count(*) as n from bedrock group by user')
}
if (what !== 'load') console.log(`hits ${hits} seconds ${((performance.now() - begin) / 1000).toFixed(3)}`)
db.closeSync()
instance.closeSync()
