import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { Failure } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note } from '../output.ts'
import { openSession, type Session } from '../session.ts'
import { finishFunctionChange } from '../task-progress.ts'

interface RollbackFlags extends ApiFlags {
  readonly wait: boolean
}

export async function rollbackFunction(
  name: FunctionName,
  version: number | undefined,
  flags: RollbackFlags,
): Promise<void> {
  const session = openSession(flags)
  const number = version ?? (await versionBefore(session, name))
  note(`Putting version ${number} of ${formatFunctionName(name)} to work again.`)
  const answer = await session.client.functions.rollback(session.scope, name, number)
  await finishFunctionChange(session, name, answer, flags.wait)
}

/** The one that served before the one that serves. */
async function versionBefore({ client, scope }: Session, name: FunctionName): Promise<number> {
  const { results } = await client.functions.versions(scope, name, { limit: 2 })
  if (results[1] !== undefined) return results[1].number
  throw new Failure(
    'failed',
    `${formatFunctionName(name)} has no version before the one that serves.`,
    `See \`latchkey function versions ${formatFunctionName(name)}\`.`,
  )
}
