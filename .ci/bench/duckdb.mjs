// DuckDB's side of the benchmark: node duckdb.mjs FILES DATABASE [replay]
// Loads Bedrock records into a table with the columns that casebook's store types, checkpoints, and with "replay" asks
// for every hit of the five rules' schedules over it (the Azure and OpenAI rules mapped onto Bedrock's columns).
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
  select timestamp as ts, accountId as account, identity.arn as user, region, requestId as request, operation as action,
    modelId as model, errorCode as error, input.inputTokenCount as prompt_tokens, output.outputTokenCount as completion_tokens,
    strlen(input.inputBodyJson::varchar) as request_size, strlen(output.outputBodyJson::varchar) as response_size
  from read_json('${files}', format = 'newline_delimited', maximum_object_size = 33554432, columns = ${schema})`)
await db.run('checkpoint')
console.log('rows', (await db.runAndReadAll('select count(*) from event')).getRows()[0][0])

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
