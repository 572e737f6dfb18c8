import type { FunctionUsageRowSerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { NO_KEY_ID, OTHER_KEYS_ID } from '../../domain/usage.ts'
import { note, printJson } from '../output.ts'
import { openSession } from '../session.ts'
import { isSplit, printUsage, type UsageFlags, usageQuery } from '../usage-report.ts'

export async function functionUsage(name: FunctionName, flags: UsageFlags): Promise<void> {
  const query = usageQuery(flags, 'key')
  const { client, scope, json } = openSession(flags)
  const answer = await client.functions.usage(scope, name, query)
  if (json) return printJson(answer)
  const { results, from, to } = answer
  if (results.length === 0) {
    return note(`${formatFunctionName(name)} was not called from ${from} to ${to}.`)
  }
  printUsage(answer, isSplit(flags) ? { title: 'KEY', value: keyOf, flexible: true } : undefined)
}

function keyOf({ key, key_id: id }: FunctionUsageRowSerializer): string {
  if (key !== null) return key
  if (id === NO_KEY_ID) return 'none'
  return id === OTHER_KEYS_ID ? 'others' : 'deleted'
}
