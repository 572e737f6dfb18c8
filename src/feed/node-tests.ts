import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { TestAnswer, TestCall, TestOutcome } from '../domain/test-call.ts'

/** Where operators try functions. */
export interface NodeTests {
  /** The signal says that nobody waits for it any more. */
  test(test: TestCall, signal: AbortSignal): Promise<TestOutcome>
}

/** On the node's own socket, which nobody from outside reaches. */
export const TEST_PATH = '/v1/test'
/** Longer than any function may take, and wait for its start. */
export const TEST_TIMEOUT_MS = 660_000

type TestWire = Omit<TestCall, 'body'> & { readonly body: string | null }
type OutcomeWire =
  | Exclude<TestOutcome, { kind: 'answered' }>
  | {
      readonly kind: 'answered'
      readonly answer: Omit<TestAnswer, 'body'> & { readonly body: string }
    }

export function testWire({ body, ...test }: TestCall): TestWire {
  return { ...test, body: body === null ? null : Buffer.from(body).toString('base64') }
}

export function outcomeOfWire(value: unknown): TestOutcome {
  const outcome = value as OutcomeWire
  if (outcome.kind !== 'answered') return outcome
  const { body, ...answer } = outcome.answer
  return { kind: 'answered', answer: { ...answer, body: Buffer.from(body, 'base64') } }
}

/** Runs a test, and breaks it off when who asked for it has left. */
export async function serveTest(
  request: IncomingMessage,
  response: ServerResponse,
  tests: NodeTests,
): Promise<void> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  const { body, ...test } = (await json(request)) as TestWire
  const call = { ...test, body: body === null ? null : Buffer.from(body, 'base64') }
  const wire = wireOf(await tests.test(call, left.signal))
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(wire))
}

function wireOf(outcome: TestOutcome): OutcomeWire {
  if (outcome.kind !== 'answered') return outcome
  const { body, ...answer } = outcome.answer
  return {
    kind: 'answered',
    answer: { ...answer, body: Buffer.from(body).toString('base64') },
  }
}
