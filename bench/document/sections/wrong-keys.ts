import type { StreamResult } from '../../load/steady-load.ts'
import type { SummaryRow } from '../../measurement.ts'
import type { WrongKeys } from '../../measures/wrong-keys.ts'
import { figure, megabytes, spread, table, whole } from '../markdown.ts'

export function wrongKeysText(value: WrongKeys): string {
  const { ratePerSecond, validPerSecond, seconds, wrong, memoryBefore, memoryAfter } = value
  return `${whole(wrong)} requests with a wrong key, each with another one: well-formed, so that it is hashed and looked up, and
known to nobody. ${whole(ratePerSecond)} a second, ${value.alone.length} rounds of ${seconds} s, all answered 401. A caller with a valid key makes
${whole(validPerSecond)} requests a second meanwhile; in turns with it the same caller alone, and beside as many requests with
a right key. One server, on one core, no access log. Times of the valid caller from when a request was due:

${table(
  ['', 'p50 µs', 'p99 µs'],
  [
    row('alone', value.alone),
    row('beside wrong keys', value.besideWrong),
    row('beside right keys', value.besideRight),
  ],
)}

Memory that the data role has for itself: ${megabytes(memoryBefore)} MB before, ${megabytes(memoryAfter)} MB after, in steps of what V8 and
the allocator take and give. It made the system read from or write to disks ${whole(value.diskAlone)} bytes a second while the
valid caller was alone (what it counts of calls is written down now and then), and ${whole(value.diskBesideWrong)} beside wrong keys.
With all on one core, a request waits for the work of others, whatever key they have; what tells is the
difference between wrong keys and right ones.`
}

export function wrongKeysRows(value: WrongKeys): SummaryRow[] {
  const { wrong, memoryBefore, memoryAfter, alone, besideWrong, besideRight } = value
  const bytesEach = (memoryAfter - memoryBefore) / wrong
  const diskEach = Math.max(0, value.diskBesideWrong - value.diskAlone) / value.ratePerSecond
  const name = `${whole(wrong)} wrong keys`
  const slower = ratioOfP99(besideWrong, alone)
  return [
    {
      what: `${name}: memory for each`,
      result: `${figure(bytesEach)} bytes`,
      goal: { name: 'memory of a wrong key', values: [bytesEach] },
    },
    {
      what: `${name}: disk traffic for each`,
      result: `${figure(diskEach)} bytes`,
      goal: { name: 'disk traffic of a wrong key', values: [diskEach] },
    },
    {
      what: `${name}: p99 of a valid caller, beside them / alone`,
      result: spread(slower),
      goal: { name: 'p99 beside wrong keys / alone', values: slower },
    },
    {
      what: `${name}: p99 of a valid caller, beside them / beside right keys`,
      result: spread(ratioOfP99(besideWrong, besideRight)),
    },
  ]
}

function row(name: string, rounds: readonly StreamResult[]): string[] {
  return [
    name,
    spread(rounds.map((round) => round.sinceDue.p50Us)),
    spread(rounds.map((round) => round.sinceDue.p99Us)),
  ]
}

function ratioOfP99(above: readonly StreamResult[], below: readonly StreamResult[]): number[] {
  return above.map((round, i) => round.sinceDue.p99Us / below[i]!.sinceDue.p99Us)
}
