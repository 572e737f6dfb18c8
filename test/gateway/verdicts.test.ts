import { readFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { expect, test } from 'vitest'
import { renderVerdicts, VERDICTS_PAGE } from '../../scripts/write-verdicts.ts'
import { makeCertificate, pairOf } from '../helpers/certificates.ts'
import { GatewayUnderTest } from './harness.ts'
import {
  ADDRESSES,
  expectedAt,
  FUNCTIONS,
  type FunctionCase,
  GRANTS,
  type GrantCase,
  STATES,
} from './verdict-cases.ts'
import { type Ask, askForVerdicts, askRaw, shown, type VerdictMatrix } from './verdict-matrix.ts'

/** The tables of cases in the form of an answer. */
function expectedMatrix(): VerdictMatrix {
  const grants = Object.keys(GRANTS) as GrantCase[]
  const addresses = ADDRESSES.map((each) =>
    Object.fromEntries(grants.map((grant) => [grant, expectedAt(each, grant)])),
  ) as Record<GrantCase, string>[]
  return { states: STATES.map(({ expected }) => expected), addresses, preflight: '204' }
}

/** What differs, said in words. */
function differences(asked: VerdictMatrix): string[] {
  const expected = expectedMatrix()
  const found: string[] = []
  const compare = (what: string, one: string, other: string) => {
    if (one !== other) found.push(`${what}: ${one} instead of ${other}`)
  }
  for (const [i, { name }] of STATES.entries()) {
    for (const column of Object.keys(FUNCTIONS) as FunctionCase[]) {
      const [one, other] = [asked.states[i]![column], expected.states[i]![column]]
      compare(`${name}, function ${FUNCTIONS[column]}`, one, other)
    }
  }
  for (const [i, { method, path }] of ADDRESSES.entries()) {
    for (const column of Object.keys(GRANTS) as GrantCase[]) {
      const [one, other] = [asked.addresses[i]![column], expected.addresses[i]![column]]
      compare(`${method} ${path} with ${GRANTS[column].name}`, one, other)
    }
  }
  compare('preflight', asked.preflight, expected.preflight)
  return found
}

function askHttp2(port: number, ca: string): Ask & AsyncDisposable {
  const client = connect(`https://localhost:${port}`, { ca })
  const ask: Ask = async ({ method, path, secrets, headers = {} }) => {
    const keys = secrets.length === 0 ? {} : { 'x-api-key': [...secrets] }
    const head = { ':method': method, ':path': path, ...headers, ...keys }
    const stream = client.request(head, { endStream: true })
    let status = ''
    stream.on('response', (answer) => {
      status = String(answer[':status'])
    })
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return shown(status, Buffer.concat(chunks).toString())
  }
  const close = () => new Promise<void>((resolve) => client.close(resolve))
  return Object.assign(ask, { [Symbol.asyncDispose]: close })
}

test('each key in each state is answered as it must be, and docs/verdicts.md shows it (scripts/write-verdicts.ts makes it so)', async () => {
  await using gateway = await GatewayUnderTest.start()
  const asked = await askForVerdicts(gateway, askRaw(gateway.port))
  expect(differences(asked)).toEqual([])
  const page = readFileSync(VERDICTS_PAGE, 'utf8')
  expect(page).toBe(renderVerdicts(page, asked))
})

test('over HTTP/2 every answer is the same', async () => {
  const made = await makeCertificate(['localhost'])
  const pairs = [pairOf(made, ['localhost'])]
  const tls = { pairs, minVersion: 'TLSv1.2', ticketKeys: Buffer.alloc(48, 1) } as const
  await using gateway = await GatewayUnderTest.start({ tls })
  await using ask = askHttp2(gateway.port, made.cert)
  expect(differences(await askForVerdicts(gateway, ask))).toEqual([])
})
