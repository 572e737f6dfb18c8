import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { operator } from '../../test/helpers/operator.ts'
import { cleanUp, isRunning, startServer, type TestServer } from '../../test/helpers/server.ts'
import { familyOf } from '../tools/processes.ts'
import { DISTURBANCES, type Disturbance, type Scene } from './disturbances.ts'
import { type Trend, trends } from './flatness.ts'
import { FUNCTIONS } from './functions.ts'
import { Ledger } from './ledger.ts'
import { BODY_BYTES_MAX, keepCalling } from './traffic.ts'
import { type Sample, sampleOf } from './watch.ts'

export interface SoakOptions {
  readonly seconds: number
  readonly onSample?: (sample: Sample, ledger: Ledger) => void
}

export interface SoakReport {
  readonly ledger: Ledger
  readonly samples: readonly Sample[]
  /** Of the part in which no role was killed. */
  readonly trends: readonly Trend[]
  readonly endsRolesUntilSeconds: number
}

const CALLERS = 12
const SAMPLE_MS = 5_000
/** A third of the time with killed roles, then two thirds to see how memory goes on. */
const ROLES_END_FOR = 1 / 3

/**
 * Calls a real server from all sides while keys and versions change, functions misbehave and processes
 * are killed; looks at every answer, at memory and descriptors, and at what is left behind.
 */
export async function soak({ seconds, onSample }: SoakOptions): Promise<SoakReport> {
  const ledger = new Ledger()
  const samples: Sample[] = []
  const server = await startServer({
    env: {
      LATCHKEY_GATEWAY_THREADS: '2',
      LATCHKEY_BODY_BYTES_MAX: String(BODY_BYTES_MAX),
      LATCHKEY_IDLE_TIMEOUT_SECONDS: '5',
      LATCHKEY_LOG_LEVEL: 'error',
    },
  })
  const endsRolesUntilSeconds = Math.round(seconds * ROLES_END_FOR)
  try {
    const scene = await sceneOf(server, ledger)
    const isOver = () => ledger.seconds >= seconds
    await Promise.all([
      ...Array.from({ length: CALLERS }, () => keepCalling(scene.target, ledger, isOver)),
      ...DISTURBANCES.map((disturbance) =>
        disturb(disturbance, scene, endsRolesUntilSeconds, isOver),
      ),
      watch(server, ledger, isOver, (sample) => {
        samples.push(sample)
        onSample?.(sample, ledger)
      }),
    ])
    await stopWithoutTraces(server, ledger)
  } finally {
    await cleanUp(server)
  }
  const quiet = samples.filter((sample) => sample.seconds > endsRolesUntilSeconds)
  return { ledger, samples, trends: trends(quiet, ledger), endsRolesUntilSeconds }
}

async function sceneOf(server: TestServer, ledger: Ledger): Promise<Scene> {
  const op = operator(server)
  await op.makeNamespace()
  const endpoints = new Map<string, string>()
  for (const [name, code] of Object.entries(FUNCTIONS)) {
    // Short only where a limit is meant to be reached: a busy machine must not look like a fault.
    const fn = await op.makeFunction(name, code, { timeout: name === 'wild' ? 3 : 30 })
    endpoints.set(name, fn.endpoint)
  }
  const secret = await op.makeKey('soak', Object.keys(FUNCTIONS))
  const down = { control: false, data: false }
  const target = { endpoints, secret, revoked: [], isDown: () => down.data }
  return { server, operator: op, target, ledger, down }
}

async function disturb(
  disturbance: Disturbance,
  scene: Scene,
  endsRolesUntilSeconds: number,
  isOver: () => boolean,
): Promise<void> {
  const { name, everySeconds, endsRole } = disturbance
  const { ledger, down } = scene
  const isDone = () =>
    isOver() || (endsRole === true && ledger.seconds + everySeconds / 2 > endsRolesUntilSeconds)
  for (;;) {
    await pause(everySeconds * (0.5 + Math.random()), isDone)
    if (isDone()) return
    try {
      await disturbance.run(scene)
      ledger.disturbed(name)
    } catch (error) {
      if (!down.control && !down.data) ledger.fault(`${name}: ${(error as Error).message}`)
    }
  }
}

async function pause(seconds: number, isDone: () => boolean): Promise<void> {
  for (let left = seconds * 1000; left > 0 && !isDone(); left -= 250) {
    await sleep(Math.min(250, left))
  }
}

async function watch(
  server: TestServer,
  ledger: Ledger,
  isOver: () => boolean,
  take: (sample: Sample) => void,
): Promise<void> {
  while (!isOver()) {
    await pause(SAMPLE_MS / 1000, isOver)
    const sample = sampleOf(server, ledger.seconds)
    if (sample !== undefined) take(sample)
  }
}

const GONE_WITHIN_MS = 5_000
const GONE_CHECK_MS = 50

/** After an orderly stop no process, socket or folder of an instance may be left. */
async function stopWithoutTraces(server: TestServer, ledger: Ledger): Promise<void> {
  const family = familyOf(server.pids().supervisor)
  const code = await server.stop()
  if (code !== 0) ledger.fault(`the server ended with code ${code}`)
  const isLeft = () => family.some(isRunning)
  // What ends with its pipe, as the holders of networks do, takes a moment.
  for (let waitedMs = 0; isLeft() && waitedMs < GONE_WITHIN_MS; waitedMs += GONE_CHECK_MS) {
    await sleep(GONE_CHECK_MS)
  }
  for (const pid of family) if (isRunning(pid)) ledger.fault(`process ${pid} was left`)
  const instances = join(server.dataDir, 'run', 'instances')
  const left = existsSync(instances) ? readdirSync(instances) : []
  if (left.length > 0) ledger.fault(`folders of instances were left: ${left.length}`)
}
