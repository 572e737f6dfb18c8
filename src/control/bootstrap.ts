import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import type { PresentedToken } from '../domain/token.ts'
import type { Store } from '../store/open.ts'
import type { RunningControl } from './create.ts'
import { DEMO, demoFunction } from './demo-function.ts'
import { ensureFoundation, markFirstStartShown } from './first-start.ts'
import type { FunctionView } from './functions-control.ts'

export interface BootstrapOptions {
  readonly store: Store
  /** Started, so that the demo is built. */
  readonly control: RunningControl
  /** What LATCHKEY_ADMIN_TOKEN brings; then no token is made. */
  readonly adminToken?: PresentedToken | undefined
  readonly demo: boolean
  /** Awaited before the demo, which is tried on a data node. */
  nodesConnected?(): Promise<unknown>
}

export interface BootstrapResult {
  /** True until {@link bootstrapShown}: whatever is here has never been shown. */
  readonly firstStart: boolean
  /** `<id>$<secret>`. Also later, when the store has no token at all any more. */
  readonly token?: string
  readonly demo?: {
    readonly secret: string
    readonly endpoint: string
    readonly keyName: string
  }
  /** A sentence, when the demo was wanted and could not be made. */
  readonly demoFailure?: string
}

const SCOPE = { projectId: 1, regionId: 1 }
const CONTEXT = { actor: SYSTEM_ACTOR }
const HELLO = { namespace: DEMO.namespace, name: DEMO.name }

/**
 * Makes what a new installation starts with. Every step looks at what is there, so that a start
 * that was interrupted anywhere is completed by the next one. Secrets are in the result only.
 */
export async function bootstrap(options: BootstrapOptions): Promise<BootstrapResult> {
  const { pending, ...token } = await ensureFoundation(options.store, {
    hasAdminToken: options.adminToken !== undefined,
  })
  if (!pending || !options.demo) return { firstStart: pending, ...token }
  await options.nodesConnected?.()
  return { firstStart: true, ...token, ...(await makeDemo(options.control)) }
}

/** What {@link bootstrap} returned was shown to the operator. */
export async function bootstrapShown(store: Store): Promise<void> {
  await markFirstStartShown(store)
}

async function makeDemo(
  control: RunningControl,
): Promise<Pick<BootstrapResult, 'demo' | 'demoFailure'>> {
  const runtime = control.runtimes().nodejs?.at(0)
  if (runtime === undefined) return { demoFailure: 'No Node runtime was found on this machine.' }
  const { namespaces, keys, functions } = control

  if ((await orAbsent(namespaces.get(SCOPE, DEMO.namespace))) === undefined) {
    await namespaces.create(CONTEXT, SCOPE, { name: DEMO.namespace, description: '', envs: {} })
  }
  const failure = await deployHello(control, runtime)
  if (failure !== undefined) return { demoFailure: failure }
  // Its secret was never shown, so the key is of use to nobody.
  if ((await orAbsent(keys.get(SCOPE, DEMO.key))) !== undefined) {
    await keys.delete(CONTEXT, SCOPE, DEMO.key)
  }
  const { value } = await keys.create(CONTEXT, SCOPE, {
    name: DEMO.key,
    description: 'Opens demo/hello.',
    expireMs: null,
    functions: [HELLO],
  })
  const { endpoint } = await functions.get(SCOPE, HELLO)
  return { demo: { secret: value.secret, endpoint, keyName: DEMO.key } }
}

/** Resolves when the function serves; the sentence of the failure when it does not. */
async function deployHello(control: RunningControl, runtime: string): Promise<string | undefined> {
  const found = await orAbsent(control.functions.get(SCOPE, HELLO))
  const taskId = await deployTask(control, runtime, found)
  if (taskId === undefined) return undefined
  const task = await control.taskEnded(taskId)
  return task.state === 'ERROR' ? (task.error ?? undefined) : undefined
}

/** The task that ends with the function in place; undefined when it is there already. */
async function deployTask(
  control: RunningControl,
  runtime: string,
  found: FunctionView | undefined,
): Promise<string | undefined> {
  const fn = demoFunction(runtime)
  if (found === undefined) {
    return (await control.functions.create(CONTEXT, SCOPE, DEMO.namespace, fn)).value.id
  }
  switch (found.fn.buildStatus) {
    case 'succeeded':
      return undefined
    case 'failed': {
      const patch = { codeText: fn.codeText }
      return (await control.functions.update(CONTEXT, SCOPE, HELLO, patch)).value.id
    }
    default: {
      const tasks = await control.tasks.list({
        limit: 1,
        offset: 0,
        descending: true,
        states: ['NEW', 'RUNNING'],
        types: ['create_faas_function', 'update_faas_function'],
      })
      return tasks.results[0]?.id
    }
  }
}

async function orAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof PublicError && error.code === 'not_found') return undefined
    throw error
  }
}
