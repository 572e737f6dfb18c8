import type { Route } from '../../src/domain/routes.ts'
import { exchangeRaw, type GatewayUnderTest } from './harness.ts'
import {
  ADDRESSES,
  FUNCTIONS,
  type FunctionCase,
  GRANTS,
  type GrantCase,
  STATES,
} from './verdict-cases.ts'
import { KeyMaker } from './verdict-keys.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly secrets: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, answered with `200`, or with a status and a code. */
export type Ask = (asked: Asked) => Promise<string>

/** What a gateway has answered: a row for each case, by its columns. */
export interface VerdictMatrix {
  readonly states: readonly Readonly<Record<FunctionCase, string>>[]
  readonly addresses: readonly Readonly<Record<GrantCase, string>>[]
  /** To a preflight, which is sent without a key. */
  readonly preflight: string
}

const HANDLER = `module.exports.handler = () => 'ok'`
const NAMESPACE_ID = 'namespace-of-verdicts'

/** Asks the gateway for everything in the tables of cases. */
export async function askForVerdicts(gateway: GatewayUnderTest, ask: Ask): Promise<VerdictMatrix> {
  const routes = await addFunctions(gateway)
  const ids = Object.values(routes).map(({ functionId }) => functionId)
  const keys = new KeyMaker(gateway, ids, NAMESPACE_ID)
  const pathOf = (name: FunctionCase) => `/${name === 'absent' ? 'none' : routes[name].label}`
  const states = []
  for (const { present } of STATES) {
    const secrets = await present(keys)
    const names = Object.keys(FUNCTIONS) as FunctionCase[]
    states.push(await row(names, (n) => ask({ method: 'GET', path: pathOf(n), secrets })))
  }
  const secrets = await secretsOfGrants(keys)
  const addresses = []
  for (const { method, path } of ADDRESSES) {
    const whole = pathOf('closed') + path
    const names = Object.keys(GRANTS) as GrantCase[]
    addresses.push(await row(names, (n) => ask({ method, path: whole, secrets: [secrets[n]] })))
  }
  const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST' }
  const preflight = await ask({ method: 'OPTIONS', path: pathOf('closed'), secrets: [], headers })
  return { states, addresses, preflight }
}

async function addFunctions(
  gateway: GatewayUnderTest,
): Promise<Record<Exclude<FunctionCase, 'absent'>, Route>> {
  const members = { namespaceId: NAMESPACE_ID, requiresKey: true }
  const closed = await gateway.addRoute(members)
  const open = await gateway.addRoute({ ...members, requiresKey: false })
  const disabled = await gateway.addRoute({ ...members, disabled: true })
  const unbuilt = await gateway.addRoute({ ...members, version: null })
  for (const route of [closed, open]) await gateway.startInstance(route, { 'handler.js': HANDLER })
  return { closed, open, disabled, unbuilt }
}

async function secretsOfGrants(keys: KeyMaker): Promise<Record<GrantCase, string>> {
  return row(Object.keys(GRANTS) as GrantCase[], (name) => {
    const { limited } = GRANTS[name]
    return limited.length === 0 ? keys.active() : keys.limited(...limited)
  })
}

async function row<Name extends string>(
  names: readonly Name[],
  value: (name: Name) => Promise<string>,
): Promise<Record<Name, string>> {
  const entries: [Name, string][] = []
  for (const name of names) entries.push([name, await value(name)])
  return Object.fromEntries(entries) as Record<Name, string>
}

/** Over a bare connection, so that no client mends a path. */
export function askRaw(port: number): Ask {
  return async ({ method, path, secrets, headers = {} }) => {
    const lines = [
      `${method} ${path} HTTP/1.1`,
      'Host: h',
      'Connection: close',
      ...secrets.map((secret) => `X-API-Key: ${secret}`),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ]
    const answer = await exchangeRaw(port, `${lines.join('\r\n')}\r\n\r\n`)
    const status = /^HTTP\/1\.1 (\d+) /.exec(answer)![1]!
    return shown(status, answer.slice(answer.indexOf('\r\n\r\n') + 4))
  }
}

export function shown(status: string, body: string): string {
  return body.startsWith('{') ? `${status} ${JSON.parse(body).code}` : status
}
