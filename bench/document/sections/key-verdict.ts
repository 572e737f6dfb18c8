import { KEYS_A_TURN } from '../../../src/feed/protocol.ts'
import type { GoalName } from '../../goals.ts'
import type { SummaryRow } from '../../measurement.ts'
import type { KeyVerdicts } from '../../measures/key-verdict.ts'
import type { VerdictTimes } from '../../measures/key-verdict-process.ts'
import { figure, megabytes, spread, table, whole } from '../markdown.ts'

export function keyVerdictText({ tables: done, skipped }: KeyVerdicts): string {
  return `The gateway's own \`authenticate\`, in a process by itself: from the value of \`X-API-Key\` to the verdict.
A hit is a key that opens the function; its digest is looked up, its expiry and its grant are checked.
A miss is well-formed and unknown. Malformed has the right form and length and a checksum that does not
hold, so nothing is hashed. Each round presents up to 100,000 different values, chosen from all over the
table in no order; the first round is not counted. Nanoseconds of processor time for one verdict:

${table(
  ['keys', 'hit', 'miss', 'malformed'],
  done.map(({ keys, cases }) => [whole(keys), ...cases.map(({ ns }) => spread(ns))]),
)}

The same table, two grants for each key. Memory is what it takes in the process, whatever the number of
gateway threads. Load is from the node's own snapshot on disk, just written, to a table that can be
read. A turn is how long the event loop of the thread that writes stands still while it adds
${KEYS_A_TURN} keys to the growing table; the gateway threads do not wait for it.

${table(
  ['keys', 'bytes a key', 'snapshot MB', 'load s', 'turn p50 ms', 'p99', 'most'],
  done.map(({ keys, tableBytes, snapshotBytes, loadMs, turns }) => [
    whole(keys),
    figure(tableBytes / keys),
    megabytes(snapshotBytes),
    figure(loadMs / 1000),
    figure(turns.p50Ms),
    figure(turns.p99Ms),
    figure(turns.mostMs),
  ]),
)}${skipped.map((reason) => `\n\nSkipped: ${reason}.`).join('')}`
}

const MILLION = 1_000_000

export function keyVerdictRows({ tables }: KeyVerdicts): SummaryRow[] {
  return tables.flatMap((one) => [...verdictRows(one), ...tableRows(one)])
}

function verdictRows({ keys, cases }: VerdictTimes): SummaryRow[] {
  const goals: Readonly<Record<number, GoalName>> = {
    1000: 'verdict, 1 thousand keys',
    10000000: 'verdict, 10 million keys',
  }
  const { ns } = cases.find(({ name }) => name === 'hit')!
  const row = { what: `Key to verdict, ${whole(keys)} keys`, result: `${spread(ns)} ns` }
  const goal = goals[keys]
  return [goal === undefined ? row : { ...row, goal: { name: goal, values: ns } }]
}

function tableRows({ keys, tableBytes, loadMs, turns }: VerdictTimes): SummaryRow[] {
  if (keys !== MILLION) return []
  const name = `${whole(keys)} keys with two grants each`
  return [
    {
      what: `${name}: load from the node's own snapshot`,
      result: `${figure(loadMs / 1000)} s`,
      goal: { name: 'load of a million keys', values: [loadMs / 1000] },
    },
    {
      what: `${name}: memory of a key`,
      result: `${figure(tableBytes / keys)} bytes`,
      goal: { name: 'memory of a key', values: [tableBytes / keys] },
    },
    {
      what: `${name}: longest turn of the writer's event loop`,
      result: `${figure(turns.mostMs)} ms`,
      goal: { name: 'stop of the event loop', values: [turns.mostMs] },
    },
  ]
}
