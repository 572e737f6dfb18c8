import type {
  ChangeNamespaceSerializer,
  FunctionsOrderByChoices,
  NamespaceSerializer,
} from '../../client/types.ts'
import { usage } from '../failure.ts'
import { mergedEnvs } from '../function/update.ts'
import { type ApiFlags, type PageFlags, pageQuery } from '../options.ts'
import { note, print, printJson } from '../output.ts'
import { confirmDeletion } from '../prompt.ts'
import { readAndChange } from '../read-and-change.ts'
import { newSecretEnvs, type SecretFlags, secretEnvs } from '../secret-values.ts'
import { openSession, type Session } from '../session.ts'
import { type Column, details, outputWidth, table } from '../table.ts'
import { waitForTask } from '../task-progress.ts'

interface WriteFlags extends ApiFlags, SecretFlags {
  readonly description?: string
  readonly env?: Readonly<Record<string, string>>
  readonly unsetEnv?: readonly string[]
}

const COLUMNS: readonly Column<NamespaceSerializer>[] = [
  { title: 'NAMESPACE', value: (n) => n.name },
  { title: 'STATUS', value: (n) => n.status },
  { title: 'FUNCTIONS', value: (n) => String(n.functions.length) },
  { title: 'CREATED', value: (n) => n.created_at },
  { title: 'DESCRIPTION', value: (n) => n.description ?? '', flexible: true },
]

export async function createNamespace(name: string, flags: WriteFlags): Promise<void> {
  const secrets = await newSecretEnvs(flags)
  const session = openSession(flags)
  const answer = await session.client.namespaces.create(session.scope, {
    name,
    description: flags.description ?? '',
    envs: { ...flags.env },
    secret_envs: secrets,
  })
  await waitForTask(session, answer.tasks, `creating ${name}`)
  note(`The namespace ${name} is created.`)
  await printCurrent(session, name)
}

export async function listNamespaces(flags: ApiFlags & PageFlags<FunctionsOrderByChoices>) {
  const { client, scope, json } = openSession(flags)
  const answer = await client.namespaces.list(scope, pageQuery(flags))
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) return note('There are no namespaces here.')
  print(table(COLUMNS, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
}

export async function getNamespace(name: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const namespace = await client.namespaces.get(scope, name)
  if (json) return printJson(namespace)
  print(
    details([
      ['namespace', namespace.name],
      ['description', namespace.description ?? ''],
      ['status', namespace.status],
      ['functions', namespace.functions.map((fn) => fn.name).join(', ')],
      // Names only: values are often secrets, and --json has them.
      ['environment', Object.keys(namespace.envs ?? {}).join(', ')],
      ['secrets', namespace.secret_env_names.join(', ')],
      ['created', namespace.created_at],
    ]),
  )
}

export async function updateNamespace(name: string, flags: WriteFlags): Promise<void> {
  const change: ChangeNamespaceSerializer = {}
  if (flags.description !== undefined) change.description = flags.description
  const secrets = await secretEnvs(flags)
  if (secrets !== undefined) change.secret_envs = secrets
  const changesEnvs = flags.env !== undefined || flags.unsetEnv !== undefined
  if (!changesEnvs && Object.keys(change).length === 0) {
    throw usage('There is nothing to change.', 'See `latchkey namespace update --help`.')
  }
  const session = openSession(flags)
  const { client, scope } = session
  const answer = changesEnvs
    ? await readAndChange({
        read: (onHeaders) =>
          client.namespaces.get(scope, name, { functions: false }, { onHeaders }),
        change: ({ envs }, bound) =>
          client.namespaces.update(
            scope,
            name,
            { ...change, envs: mergedEnvs(envs, flags) },
            bound,
          ),
      })
    : await client.namespaces.update(scope, name, change)
  await waitForTask(session, answer.tasks, `changing ${name}`)
  note(`The namespace ${name} is changed.`)
  await printCurrent(session, name)
}

export async function deleteNamespace(name: string, flags: ApiFlags & { yes?: boolean }) {
  const session = openSession(flags)
  await confirmDeletion(`the namespace ${name} and all of its functions`, flags.yes)
  const answer = await session.client.namespaces.delete(session.scope, name)
  await waitForTask(session, answer.tasks, `deleting ${name}`)
  note(`The namespace ${name} is deleted.`)
  if (session.json) printJson(answer)
}

async function printCurrent(session: Session, name: string): Promise<void> {
  if (session.json) printJson(await session.client.namespaces.get(session.scope, name))
}
