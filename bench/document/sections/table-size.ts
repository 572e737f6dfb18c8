import type { SummaryRow } from '../../measurement.ts'
import { ratios } from '../../measures/cpu-per-request.ts'
import type { TableSize } from '../../measures/table-size.ts'
import { spread, whole } from '../markdown.ts'
import { cpuTable } from './cpu-per-request.ts'

export function tableSizeText({ functions, keys, presented, cpu }: TableSize): string {
  const [one, manyFunctions, oneOfMany, manyKeys] = cpu.stacks
  return `Whole requests as in "Processor time per request", with wrk, on four servers in turns: one with one function
and one key; one with ${whole(functions)} functions, of which one is called; one with ${whole(keys)} keys, of which one is presented;
and one of which ${whole(presented)} from all over the table are presented in turn: beside looking them up, that is counting the
use of each and writing it to the database, every five seconds, however often each was used. A round takes
${cpu.seconds} s. Processor time in µs per request:

${cpuTable([
  one!,
  { ...manyFunctions!, name: `${whole(functions)} functions` },
  { ...oneOfMany!, name: `${whole(keys)} keys, one presented` },
  { ...manyKeys!, name: `${whole(keys)} keys, ${whole(presented)} presented` },
])}`
}

export function tableSizeRows({ functions, keys, presented, cpu }: TableSize): SummaryRow[] {
  const [one, manyFunctions, oneOfMany, manyKeys] = cpu.stacks
  const byFunctions = ratios(manyFunctions!, one!)
  const byKeys = ratios(oneOfMany!, one!)
  const byKeysInUse = ratios(manyKeys!, one!)
  return [
    {
      what: `Cost per request, ${whole(functions)} functions / one`,
      result: spread(byFunctions),
      goal: { name: 'cost with 10 thousand functions / one', values: byFunctions },
    },
    {
      what: `Cost per request, ${whole(keys)} keys / one, one presented`,
      result: spread(byKeys),
      goal: { name: 'cost with a million keys / one', values: byKeys },
    },
    {
      what: `Cost per request, ${whole(keys)} keys, ${whole(presented)} presented / one`,
      result: spread(byKeysInUse),
      goal: { name: 'cost with a million keys / one', values: byKeysInUse },
    },
  ]
}
