import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { type Ask, Caller, type Outcome } from './caller.ts'
import type { Ledger } from './ledger.ts'

export interface Target {
  /** By the name of the function. */
  readonly endpoints: ReadonlyMap<string, string>
  /** Opens all of them. */
  readonly secret: string
  /** Opens nothing any more. */
  readonly revoked: readonly string[]
  /** Whether the data role is down, or was a moment ago. */
  isDown(): boolean
}

interface Kind {
  readonly name: string
  /** How often it is chosen, beside the others. */
  readonly weight: number
  ask(target: Target): Ask
  /** Whether this is an answer that it may get. */
  fits(status: number, body: string, ask: Ask): boolean
}

const LARGEST_BODY_BYTES = 200_000
/** So that about half of two cores is used, and the rest is left to builds and disturbances. */
const PAUSE_MS_MAX = 30

const open = (name: string) => (target: Target) => ({
  url: target.endpoints.get(name)!,
  secret: target.secret,
})

const KINDS: readonly Kind[] = [
  {
    name: 'hello',
    weight: 60,
    ask: open('hello'),
    fits: (status, body) => status === 200 && /^hello from version \d+$/.test(body),
  },
  {
    name: 'echo of a body',
    weight: 10,
    ask: (target) => ({ ...open('echo')(target), method: 'POST', body: someBytes() }),
    fits: (status, body, ask) => status === 200 && body === expectedEcho(ask.body!),
  },
  {
    name: 'stream',
    weight: 4,
    ask: open('stream'),
    fits: (status, body) => status === 200 && body.length === 20_000,
  },
  {
    name: 'stream, caller leaves',
    weight: 2,
    ask: (target) => ({ ...open('stream')(target), isLeaving: true }),
    fits: () => false,
  },
  {
    name: 'slow',
    weight: 3,
    ask: open('slow'),
    fits: (status, body) => status === 200 && body === 'slept',
  },
  {
    name: 'no key',
    weight: 5,
    ask: (target) => ({ url: target.endpoints.get('hello')! }),
    fits: (status) => status === 401,
  },
  {
    name: 'unknown key',
    weight: 5,
    ask: (target) => ({ url: target.endpoints.get('hello')!, secret: mintKeySecret() }),
    fits: (status) => status === 401,
  },
  {
    name: 'revoked key',
    weight: 5,
    ask: (target) => ({
      url: target.endpoints.get('hello')!,
      secret: target.revoked.at(-1) ?? mintKeySecret(),
    }),
    fits: (status) => status === 401,
  },
  {
    name: 'no such function',
    weight: 2,
    ask: (target) => ({ url: new URL('/nobody-here', target.endpoints.get('hello')!).href }),
    fits: (status) => status === 404,
  },
  {
    name: 'body above the limit',
    weight: 1,
    ask: (target) => ({ ...open('echo')(target), method: 'POST', body: TOO_LARGE }),
    fits: (status) => status === 413,
  },
  {
    name: 'a function that throws',
    weight: 2,
    ask: (target) => wild(target, '/throw'),
    // The instance may be ended by another request of the same function meanwhile.
    fits: (status) => status === 500 || isLoss(status),
  },
  {
    name: 'beside a function that dies',
    weight: 2,
    ask: (target) => wild(target, '/'),
    fits: (status, body) => (status === 200 && body === 'calm') || isLoss(status),
  },
]

/** `LATCHKEY_BODY_BYTES_MAX` of the soak. */
export const BODY_BYTES_MAX = 300_000
const TOO_LARGE = Buffer.alloc(BODY_BYTES_MAX + 1)
const WEIGHTS = KINDS.reduce((sum, kind) => sum + kind.weight, 0)

/** Asks until `isOver`, one request after the other. */
export async function keepCalling(
  target: Target,
  ledger: Ledger,
  isOver: () => boolean,
): Promise<void> {
  const caller = new Caller()
  while (!isOver()) {
    await askOnce(caller, chosenKind(), target, ledger)
    await sleep(Math.random() * PAUSE_MS_MAX)
  }
  caller.close()
}

/** What an ending instance does to the requests that it had begun, or that wait for the next one. */
export function isLoss(status: number): boolean {
  return status === 502 || status === 503 || status === 504
}

export function wild(target: Target, path: string): Ask {
  return { url: `${target.endpoints.get('wild')!}${path}`, secret: target.secret }
}

async function askOnce(caller: Caller, kind: Kind, target: Target, ledger: Ledger): Promise<void> {
  const tally = ledger.tally(kind.name)
  const ask = kind.ask(target)
  let outcome = await caller.ask(ask)
  if (outcome.kind === 'failed' && outcome.isStale && !target.isDown()) {
    tally.repeated += 1
    outcome = await caller.ask(ask)
  }
  if (isFitting(kind, outcome, ask)) tally.answered += 1
  else if (target.isDown()) tally.duringKill += 1
  else ledger.fault(`${kind.name}: ${inWords(outcome)}`)
}

function isFitting(kind: Kind, outcome: Outcome, ask: Ask): boolean {
  if (outcome.kind === 'answered') return kind.fits(outcome.status, outcome.body, ask)
  return outcome.kind === 'left' && ask.isLeaving === true
}

function inWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `${outcome.status} ${JSON.stringify(outcome.body.slice(0, 200))}`
    case 'left':
      return 'left'
    case 'failed':
      return `failed with ${outcome.code}`
  }
}

function chosenKind(): Kind {
  let rest = Math.random() * WEIGHTS
  for (const kind of KINDS) {
    rest -= kind.weight
    if (rest < 0) return kind
  }
  return KINDS[0]!
}

function someBytes(): Buffer {
  return randomBytes(Math.floor(Math.random() ** 4 * LARGEST_BODY_BYTES))
}

function expectedEcho(body: Buffer): string {
  return `${body.length} ${createHash('sha256').update(body).digest('hex')}`
}
