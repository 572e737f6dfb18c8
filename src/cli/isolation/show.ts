import type { IsolationSerializer } from '../../client/types.ts'
import type { ApiFlags } from '../options.ts'
import { print, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'

type Guarantee = IsolationSerializer['guarantees'][number]

const COLUMNS: readonly Column<Guarantee>[] = [
  { title: 'GUARANTEE', value: ({ name }) => name },
  { title: 'HOLDS', value: ({ holds }) => (holds ? 'yes' : 'no') },
  { title: 'HOW OR WHY', value: ({ reason }) => reason },
]

export async function showIsolation(flags: ApiFlags): Promise<void> {
  const { client, json } = openSession(flags)
  const isolation = await client.isolation.get()
  if (json) return printJson(isolation)
  print(
    details([
      ['level', isolation.level],
      ['memory of a flavor', MEMORY[isolation.memory_enforced_by]],
      ['processor of a flavor', CPU[isolation.cpu_enforced_by]],
    ]),
  )
  print(table(COLUMNS, isolation.guarantees, outputWidth()))
}

const MEMORY = {
  cgroup: 'kept by control groups',
  watch: 'kept by a watch that ends instances',
} as const
const CPU = { cgroup: 'kept by control groups', none: 'not kept' } as const
