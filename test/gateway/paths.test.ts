import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { locate } from '../../src/gateway/route.ts'
import { RouteTable } from '../../src/gateway/route-table.ts'
import { GatewayUnderTest, RawConnection, routeOf } from './harness.ts'

const DOMAIN = 'fns.test'

/** Labels that begin alike, so that one is found where the other is meant if anything is cut wrongly. */
const LABELS = ['fn-a-tests-aaaaaaaa', 'fn-a-tests-aaaaaaab', 'fn-a-tests-aaaaaaaaa', 'a']

const trick = fc.constantFrom(
  ...[
    '/',
    '//',
    '/./',
    '/../',
    '..',
    '../',
    '/..',
    '.',
    '%2e%2e',
    '%2E%2e/',
    '%2f',
    '%2F..',
    '%5c',
  ],
  ...[
    '\\',
    '\\..\\',
    ';',
    ';a=b',
    '?',
    '?a=',
    '#',
    '@',
    ':',
    '%00',
    '%',
    '%25',
    '%252f',
    '&',
    '=',
    '*',
  ],
  ...[
    'http://',
    'HTTP://',
    'https://',
    'http:',
    '//h/',
    'h:80',
    '\u0131',
    '\u00e9',
    '%c0%ae',
    '~',
    '+',
  ],
)
const label = fc.constantFrom(
  ...LABELS,
  ...LABELS.map((each) => each.toUpperCase()),
  ...LABELS.map((each) => each.replace('a', '%61')),
  ...LABELS.map((each) => `${each}.${DOMAIN}`),
)
const tricks = fc
  .array(fc.oneof(trick, trick, label), { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join(''))
const target = fc.oneof(
  tricks,
  tricks.map((text) => `/${text}`),
  fc.tuple(label, tricks).map(([first, rest]) => `/${first}${rest}`),
  fc.tuple(label, tricks).map(([first, rest]) => `/${first}/${rest}`),
)
const host = fc.oneof(
  fc.constantFrom('h', `h:80`, DOMAIN, `.${DOMAIN}`, `${DOMAIN}.`, ''),
  fc
    .tuple(label, fc.constantFrom('', '.', ':80', '.:80', ':'))
    .map(([name, end]) => `${name.replace(`.${DOMAIN}`, '')}.${DOMAIN}${end}`),
)

describe('a target', () => {
  test('leads to the one function that it names byte for byte, with the rest as it was', () => {
    const routes = new RouteTable()
    routes.load(LABELS.map((each) => routeOf({ label: each })))
    fc.assert(
      fc.property(target, host, (text, named) => {
        const place = locate(text, named, DOMAIN)
        const route = place === undefined ? undefined : routes.find(place.label)
        if (route === undefined) return
        const [, authority = named, path] = /^(?:https?:\/\/([^/?#@]+))?(.*)$/is.exec(text)!
        const ofHost = authority.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
        if (ofHost.endsWith(`.${DOMAIN}`)) {
          expect(ofHost).toBe(`${route.label}.${DOMAIN}`)
          expect(place!.target).toBe(path!.startsWith('/') ? path : `/${path}`)
        } else {
          expect(path!.startsWith(`/${route.label}`)).toBe(true)
          const rest = path!.slice(1 + route.label.length)
          expect(['', '/', '?']).toContain(rest.slice(0, 1))
          expect(place!.target).toBe(rest.startsWith('/') ? rest : `/${rest}`)
        }
      }),
      { numRuns: 5000 },
    )
  })
})

/** Says who it is and what it was asked for. */
const MIRROR = `module.exports.handler = ({ extensions: { request } }) =>
  ({ name: NAME, key: request.headers['latchkey-key-name'], url: request.url })`

describe('over a socket, with a key for one of two functions', () => {
  let gateway: GatewayUnderTest
  const routes: Route[] = []
  const secrets: string[] = []
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start({ domain: DOMAIN })
    for (const each of LABELS.slice(0, 2)) {
      const route = await gateway.addRoute({ label: each, requiresKey: true })
      const code = MIRROR.replace('NAME', JSON.stringify(each))
      await gateway.startInstance(route, { 'handler.js': code })
      routes.push(route)
      secrets.push((await gateway.addKey([route.functionId], { name: `key-${each}` })).secret)
    }
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  /** The answer to one request on a connection of its own: some of them end it. */
  async function answerTo(text: string): Promise<string> {
    using connection = await RawConnection.open(gateway.port)
    connection.send(text)
    await connection.until(/^connection: close\r/im)
    connection.socket.end()
    return await connection.all()
  }

  test('no spelling of target and host reaches the other one', async () => {
    const met = new Set<string>()
    const written = fc.tuple(target, host, fc.integer({ min: 0, max: 1 }))
    await fc.assert(
      fc.asyncProperty(written, async ([text, named, own]) => {
        const path = Buffer.from(text).toString('latin1')
        const head = `Host: ${named}\r\nX-API-Key: ${secrets[own]}\r\nConnection: close\r\n`
        const answer = await answerTo(`GET ${path} HTTP/1.1\r\n${head}\r\n`)
        const status = /^HTTP\/1\.1 (\d+)/.exec(answer)![1]!
        met.add(status)
        expect(['200', '400', '401', '404']).toContain(status)
        if (status !== '200') return
        const { name, key, url } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
        expect(name).toBe(routes[own]!.label)
        expect(key).toBe(`key-${name}`)
        expect(url).toBe(locate(path, named, DOMAIN)!.target)
      }),
      {
        numRuns: 500,
        // So that not all of them end in a refusal, whatever the seed.
        examples: LABELS.slice(0, 2).flatMap((each, own): [[string, string, number]][] => [
          [['/', 'h', own]],
          [[`/${each}/#`, 'h', own]],
          [[`/${each}/..;/%2e%2e//\\`, 'h', own]],
          [['/../x?y', `${each}.${DOMAIN}:80`, own]],
          [[`/${each}/../${LABELS[1 - own]}/`, 'h', own]],
          [[`/${LABELS[1 - own]}/../${each}/`, 'h', own]],
        ]),
      },
    )
    expect([...met].sort()).toEqual(['200', '400', '401', '404'])
  })
})
