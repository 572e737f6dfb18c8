import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import type { ApiFlags } from '../options.ts'
import { note, printJson } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { openSession } from '../session.ts'
import { waitForTask } from '../task-progress.ts'

export async function deleteFunction(name: FunctionName, flags: ApiFlags & { yes?: boolean }) {
  const session = openSession(flags)
  const text = formatFunctionName(name)
  await confirmDeletion(`the function ${text}`, flags.yes)
  const answer = await session.client.functions.delete(session.scope, name)
  await waitForTask(session, answer.tasks, `deleting ${text}`)
  note(`${text} is deleted.`)
  if (session.json) printJson(answer)
}
