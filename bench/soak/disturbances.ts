import { setTimeout as sleep } from 'node:timers/promises'
import type { Operator } from '../../test/helpers/operator.ts'
import { NAMESPACE, SCOPE } from '../../test/helpers/operator.ts'
import { isRunning, pidOfInstance, type TestServer } from '../../test/helpers/server.ts'
import { until } from '../tools/until.ts'
import { Caller } from './caller.ts'
import { helloCode } from './functions.ts'
import type { Ledger } from './ledger.ts'
import { isLoss, type Target, wild } from './traffic.ts'

export interface Scene {
  readonly server: TestServer
  readonly operator: Operator
  readonly target: Target & { readonly revoked: string[] }
  readonly ledger: Ledger
  /** Which role was killed and is not yet back. */
  readonly down: { control: boolean; data: boolean }
}

export interface Disturbance {
  readonly name: string
  readonly everySeconds: number
  /** Ends a role: only in the first part, so that the second shows how memory goes on. */
  readonly endsRole?: true
  run(scene: Scene): Promise<void>
}

/** What was under way when a role was killed has failed by then, and every caller has noticed. */
const SETTLED_MS = 2000

/** What an operator or a function does to the server while it is called; each of them in turn with itself. */
export const DISTURBANCES: readonly Disturbance[] = [
  { name: 'key made, used, deleted, refused', everySeconds: 1, run: revokeAKey },
  { name: 'deploy', everySeconds: 15, run: deploy },
  { name: 'function ends its process', everySeconds: 5, run: (scene) => misbehave(scene, '/exit') },
  { name: 'function loops', everySeconds: 45, run: (scene) => misbehave(scene, '/loop') },
  {
    name: 'function fills its memory',
    everySeconds: 60,
    run: (scene) => misbehave(scene, '/fill'),
  },
  { name: 'instance killed', everySeconds: 20, run: killInstance },
  { name: 'gateway threads replaced', everySeconds: 60, run: replaceThreads },
  { name: 'control killed', everySeconds: 90, endsRole: true, run: killControl },
  { name: 'data role killed', everySeconds: 120, endsRole: true, run: killData },
]

/** After the answer to the deletion no request with the key may pass. */
async function revokeAKey({ operator, target, ledger }: Scene): Promise<void> {
  const name = `soak-${process.hrtime.bigint()}`
  const secret = await operator.makeKey(name, ['hello'])
  const caller = new Caller()
  const url = target.endpoints.get('hello')!
  const before = await caller.ask({ url, secret })
  if (before.kind === 'answered' && before.status !== 200) {
    ledger.fault(`a new key was answered ${before.status}`)
  }
  await operator.client.keys.delete(SCOPE, name)
  const after = await caller.ask({ url, secret })
  if (after.kind === 'answered' && after.status !== 401) {
    ledger.fault(`a deleted key was answered ${after.status}`)
  }
  caller.close()
  target.revoked.push(secret)
  if (target.revoked.length > 20) target.revoked.shift()
}

let version = 1

async function deploy({ operator }: Scene): Promise<void> {
  version += 1
  const place = { namespace: NAMESPACE, name: 'hello' }
  await operator.finished(
    await operator.client.functions.update(SCOPE, place, { code_text: helloCode(version) }),
  )
}

/** The caller of what ends an instance is answered all the same. */
async function misbehave({ target, ledger }: Scene, path: string): Promise<void> {
  const caller = new Caller()
  const outcome = await caller.ask(wild(target, path))
  caller.close()
  const fits = outcome.kind === 'answered' && (isLoss(outcome.status) || outcome.status === 500)
  if (!fits && !target.isDown()) ledger.fault(`${path} of wild: ${JSON.stringify(outcome)}`)
}

/** Not one of hello's: what it has begun is answered 502, which its callers take for a fault. */
async function killInstance({ target }: Scene): Promise<void> {
  const caller = new Caller()
  const outcome = await caller.ask(wild(target, '/title'))
  caller.close()
  if (outcome.kind !== 'answered' || outcome.status !== 200) return
  const pid = pidOfInstance(outcome.body, Number.NaN)
  if (Number.isNaN(pid)) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

async function replaceThreads({ server }: Scene): Promise<void> {
  server.process.kill('SIGHUP')
}

async function killControl({ server, operator, down }: Scene): Promise<void> {
  down.control = true
  process.kill(server.pids().control, 'SIGKILL')
  await until('a new control role', () => answeringAgain(operator), {
    everyMs: 100,
    limitMs: 60_000,
  })
  await sleep(SETTLED_MS)
  down.control = false
}

async function killData({ server, target, down }: Scene): Promise<void> {
  const { data } = server.pids()
  down.data = true
  process.kill(data, 'SIGKILL')
  await until('a new data role', async () => isServing(server, data, target), {
    everyMs: 50,
    limitMs: 60_000,
  })
  await sleep(SETTLED_MS)
  down.data = false
}

async function isServing(server: TestServer, before: number, target: Target) {
  const { data } = server.pids()
  if (data === before || !isRunning(data)) return undefined
  const caller = new Caller()
  const outcome = await caller.ask({ url: target.endpoints.get('hello')!, secret: target.secret })
  caller.close()
  return outcome.kind === 'answered' && outcome.status === 200 ? true : undefined
}

async function answeringAgain(operator: Operator): Promise<true | undefined> {
  try {
    await operator.client.runtimes.list(SCOPE)
    return true
  } catch {
    // Not yet.
    return undefined
  }
}
