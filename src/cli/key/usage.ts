import { formatFunctionName } from '../../domain/names.ts'
import { note, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { isSplit, printUsage, type UsageFlags, usageQuery } from '../usage-report.ts'

export async function keyUsage(name: string, flags: UsageFlags): Promise<void> {
  const query = usageQuery(flags, 'function')
  const { client, scope, json } = openSession(flags)
  const answer = await client.keys.usage(scope, name, query)
  if (json) return printJson(answer)
  const { results, from, to } = answer
  if (results.length === 0) return note(`${name} was not used from ${from} to ${to}.`)
  printUsage(
    answer,
    isSplit(flags)
      ? {
          title: 'FUNCTION',
          value: (row) => (row.function === null ? 'deleted' : formatFunctionName(row.function)),
          flexible: true,
        }
      : undefined,
  )
}
