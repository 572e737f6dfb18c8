import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../../src/store/audit.ts'
import { startApi, type TestApi } from './api-harness.ts'
import { cookieOf, createUser, logIn, PASSWORD, SAME_PAGE } from './operators.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const EMAIL = 'ada@example.com'
const ME = '/cloud/v1/me'

let api: TestApi
let userId: number

beforeEach(async () => {
  api = await startApi()
  userId = await createUser(api, EMAIL, { role: 'editor' })
})
afterEach(() => api.close())

const tryLogIn = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  api.call('POST', '/iam/auth/login', { body, headers, authorization: null })
const wrong = (email = EMAIL) => tryLogIn({ email, password: 'a wrong password' })
const right = (headers?: Readonly<Record<string, string>>) =>
  tryLogIn({ email: EMAIL, password: PASSWORD }, headers)
const actions = async () => (await listAudit(api.store.db)).map(({ action }) => action)

describe('logging in', () => {
  it('answers who one is, and a cookie that no script and no other site gets at', async () => {
    const answer = await right()
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      kind: 'user',
      id: userId,
      name: EMAIL,
      roles: [{ project_id: null, role: 'editor' }],
      session: { current: true, ends_at: '2026-09-21T11:21:00Z' },
    })
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(/^latchkey-session=[\w-]{43}; /)
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Strict/)
    expect(cookie).toMatch(/; Path=\//)
    expect(cookie).not.toMatch(/Domain/)
  })

  it('takes the address in any case, and answers the same words to whatever is wrong', async () => {
    expect((await tryLogIn({ email: 'ADA@Example.COM', password: PASSWORD })).status).toBe(200)
    const answers = [await wrong(), await wrong('nobody@example.com'), await wrong('no address')]
    await api.call('PATCH', `/cloud/v1/users/${userId}`, { body: { disabled: true } })
    answers.push(await right())
    for (const { json } of answers) {
      expect(json).toMatchObject({
        status: 401,
        code: 'unauthorized',
        detail: 'The e-mail address or the password is wrong.',
      })
    }
  })

  it('wants an address and a password, or a token, and not both', async () => {
    for (const body of [{}, { email: EMAIL }, { password: PASSWORD }, { token: 'nonsense' }]) {
      expect((await tryLogIn(body)).json.code).toBe('invalid_body')
    }
    const both = { email: EMAIL, password: PASSWORD, token: api.token }
    expect((await tryLogIn(both)).json.code).toBe('invalid_body')
  })

  it('works with a token as well, and ends with it', async () => {
    const answer = await tryLogIn({ token: api.token })
    expect(answer.json).toMatchObject({ kind: 'token', id: 1, name: 'first-start' })
    const made = await api.call('POST', '/cloud/v1/tokens', { body: { name: 'mine' } })
    const cookie = cookieOf(await tryLogIn({ token: made.json.token }))
    const mine = { authorization: null, headers: { cookie } }
    expect((await api.call('GET', ME, mine)).json).toMatchObject({ name: 'mine' })
    await api.call('DELETE', `/cloud/v1/tokens/${made.json.id}`)
    expect((await api.call('GET', ME, mine)).status).toBe(401)
    expect((await tryLogIn({ token: `${api.token}x` })).json.code).toBe('unauthorized')
  })

  it('leaves audit rows, and passwords nowhere', async () => {
    await right()
    await wrong()
    await wrong('my-secret-password')
    const rows = (await listAudit(api.store.db)).slice(-3)
    expect(rows.map(({ action, entityName }) => [action, entityName])).toEqual([
      ['user.logged-in', EMAIL],
      ['user.log-in-refused', EMAIL],
      ['user.log-in-refused', ''],
    ])
    expect(rows[0]!.actor).toMatchObject({ userId, tokenId: 0, name: EMAIL, address: '127.0.0.1' })
    const audit = JSON.stringify(await listAudit(api.store.db))
    for (const text of [audit, api.logLines.join('\n')]) {
      expect(text).not.toContain(PASSWORD)
      expect(text).not.toContain('my-secret-password')
      expect(text).not.toContain('argon2')
    }
  })
})

describe('wrong passwords', () => {
  it('make one wait, longer each time, also for the right one', async () => {
    for (let i = 0; i < 5; i++) expect((await wrong()).status).toBe(401)
    for (const waitSeconds of [15, 30, 60, 120, 240, 480, 900, 900]) {
      const blocked = await right()
      expect(blocked.json).toMatchObject({ status: 429, code: 'too_many_log_ins' })
      expect(blocked.headers['retry-after']).toBe(String(waitSeconds))
      api.clock.advance(waitSeconds * 1000)
      expect((await wrong()).status).toBe(401)
    }
    api.clock.advance(15 * MINUTE)
    expect((await right()).status).toBe(200)
    expect((await wrong()).status).toBe(401)
    expect((await right()).status).toBe(200)
  })

  it('are counted for accounts that do not exist too', async () => {
    for (let i = 0; i < 5; i++) expect((await wrong('nobody@example.com')).status).toBe(401)
    expect((await wrong('NOBODY@example.com')).status).toBe(429)
    expect((await right()).status).toBe(200)
  })

  it('are counted before they are looked at: many at a time are no more than one by one', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => wrong()))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
  })

  it('of others do not lock out a browser that was signed in before', async () => {
    const { headers } = await logIn(api, EMAIL)
    api.clock.advance(13 * HOUR)
    expect((await api.call('GET', ME, { authorization: null, headers })).status).toBe(401)
    for (let i = 0; i < 5; i++) await wrong()
    expect((await right()).status).toBe(429)
    expect((await right({ cookie: headers.cookie! })).status).toBe(200)
  })

  it('from one address make all accounts wait there, however often one of them is right', async () => {
    for (let i = 0; i < 20; i++) {
      if (i % 4 === 3) expect((await right()).status).toBe(200)
      expect((await wrong(`nobody-${i}@example.com`)).status).toBe(401)
    }
    expect((await right()).status).toBe(429)
  })
})

describe('a session', () => {
  it('ends when it is not used for twelve hours, and after thirty days whatever happens', async () => {
    const session = await logIn(api, EMAIL)
    for (let hours = 0; hours < 30 * 24 - 11; hours += 11) {
      api.clock.advance(11 * HOUR)
      if (hours + 11 < 30 * 24) expect((await api.call('GET', ME, session)).status).toBe(200)
    }
    api.clock.advance(DAY)
    expect((await api.call('GET', ME, session)).json.detail).toBe(
      'The session has ended; log in again.',
    )
    const idle = await logIn(api, EMAIL)
    api.clock.advance(12 * HOUR)
    expect((await api.call('GET', ME, idle)).status).toBe(401)
  })

  it('is kept as a digest', async () => {
    const { headers } = await logIn(api, EMAIL)
    const rows = await api.store.db.selectFrom('sessions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(headers.cookie!.split('=')[1])
  })

  it('changes things only from a page of this server that says so', async () => {
    const { headers } = await logIn(api, EMAIL)
    const cookie = headers.cookie!
    const change = (more: Readonly<Record<string, string>>) =>
      api.call('POST', '/cloud/v1/faas/keys/1/1', {
        body: { name: 'a-key' },
        authorization: null,
        headers: { cookie, ...more },
      })
    const refused = [
      {},
      { 'x-latchkey-csrf': '1' },
      { 'sec-fetch-site': 'same-origin' },
      { 'x-latchkey-csrf': '1', 'sec-fetch-site': 'cross-site' },
      { 'x-latchkey-csrf': '1', 'sec-fetch-site': 'same-site' },
      { 'x-latchkey-csrf': '1', origin: 'http://evil.example', host: 'latchkey.example' },
      { 'x-latchkey-csrf': '1', origin: 'null' },
    ]
    for (const more of refused) {
      expect((await change(more)).json, JSON.stringify(more)).toMatchObject({
        status: 403,
        code: 'cross_site_request',
      })
    }
    const own = { origin: 'http://latchkey.example', host: 'latchkey.example' }
    expect((await change({ 'x-latchkey-csrf': '1', ...own })).status).toBe(200)
    const read = { authorization: null, headers: { cookie } }
    expect((await api.call('GET', '/cloud/v1/faas/keys/1/1', read)).json.results[0].issued_by).toBe(
      EMAIL,
    )
  })

  it('is not begun by another page', async () => {
    const answer = await right({ 'sec-fetch-site': 'cross-site' })
    expect(answer.json.code).toBe('cross_site_request')
    expect((await right({ origin: 'http://evil.example' })).json.code).toBe('cross_site_request')
  })

  it('ends with the log-out, and a new log-in of the browser replaces it', async () => {
    const first = await logIn(api, EMAIL)
    const again = await right({ cookie: first.headers.cookie! })
    expect((await api.call('GET', ME, first)).status).toBe(401)
    const second = { authorization: null, headers: { ...SAME_PAGE, cookie: cookieOf(again) } }
    const gone = await api.call('POST', '/iam/auth/logout', second)
    expect(gone.status).toBe(204)
    expect(String(gone.headers['set-cookie'])).toMatch(/^latchkey-session=; .*1970/)
    expect((await api.call('GET', ME, second)).status).toBe(401)
    expect((await actions()).at(-1)).toBe('user.logged-out')
  })

  it('can be seen and ended by its own person alone', async () => {
    const [laptop, phone] = [await logIn(api, EMAIL), await logIn(api, EMAIL)]
    await createUser(api, 'eve@example.com')
    const eve = await logIn(api, 'eve@example.com')
    const { json } = await api.call('GET', '/cloud/v1/sessions', laptop)
    expect(json.results).toHaveLength(2)
    const other = json.results.find((one: { current: boolean }) => !one.current)
    const end = `/cloud/v1/sessions/${other.id}`
    expect((await api.call('DELETE', end, eve)).status).toBe(404)
    expect((await api.call('DELETE', end, laptop)).status).toBe(204)
    expect((await api.call('GET', ME, phone)).status).toBe(401)
    expect((await api.call('GET', ME, laptop)).status).toBe(200)
  })

  it('ends when the password changes or the person is disabled', async () => {
    const change = { old_password: PASSWORD, new_password: 'an entirely new one' }
    const [mine, other] = [await logIn(api, EMAIL), await logIn(api, EMAIL)]
    const said = await api.call('POST', '/cloud/v1/me/password', { ...mine, body: change })
    expect(said.status).toBe(204)
    expect((await api.call('GET', ME, mine)).status).toBe(200)
    expect((await api.call('GET', ME, other)).status).toBe(401)
    expect((await right()).status).toBe(401)
    const next = await logIn(api, EMAIL, change.new_password)
    const user = `/cloud/v1/users/${userId}`
    await api.call('PATCH', user, { body: { password: 'set by the owner now' } })
    for (const one of [mine, next]) expect((await api.call('GET', ME, one)).status).toBe(401)
    const last = await logIn(api, EMAIL, 'set by the owner now')
    await api.call('PATCH', user, { body: { disabled: true } })
    expect((await api.call('GET', ME, last)).status).toBe(401)
  })

  it('does not let its holder guess the password', async () => {
    const mine = await logIn(api, EMAIL)
    const guess = { old_password: 'a wrong password', new_password: 'an entirely new one' }
    const say = () => api.call('POST', '/cloud/v1/me/password', { ...mine, body: guess })
    for (let i = 0; i < 5; i++) expect((await say()).status).toBe(403)
    expect((await say()).json.code).toBe('too_many_log_ins')
  })

  it('takes no new password that is too short for a guess at the present one', async () => {
    const mine = await logIn(api, EMAIL)
    const say = (newPassword: string) =>
      api.call('POST', '/cloud/v1/me/password', {
        ...mine,
        body: { old_password: PASSWORD, new_password: newPassword },
      })
    for (let i = 0; i < 8; i++) {
      expect((await say('short')).json).toMatchObject({ code: 'invalid_body' })
    }
    expect((await say('an entirely new one')).status).toBe(204)
  })

  it('has idempotency keys of its own person', async () => {
    await createUser(api, 'eve@example.com', { role: 'editor' })
    const [ada, eve] = [await logIn(api, EMAIL), await logIn(api, 'eve@example.com')]
    const make = (who: typeof ada, name: string) =>
      api.call('POST', '/cloud/v1/faas/keys/1/1', {
        ...who,
        body: { name },
        headers: { ...who.headers, 'idempotency-key': 'once' },
      })
    expect((await make(ada, 'of-ada')).json.secret).not.toBe('')
    expect((await make(ada, 'of-ada')).headers['idempotency-replayed']).toBe('true')
    const own = await make(eve, 'of-eve')
    expect(own.json).toMatchObject({ name: 'of-eve', issued_by: 'eve@example.com' })
    expect(own.headers['idempotency-replayed']).toBeUndefined()
  })
})

describe('behind a proxy with HTTPS', () => {
  it('the cookie is one for HTTPS alone when the proxy is trusted, and only then', async () => {
    const behind = await startApi({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] })
    try {
      await createUser(behind, EMAIL)
      const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' }
      const body = { email: EMAIL, password: PASSWORD }
      const ask = (one: TestApi) =>
        one.call('POST', '/iam/auth/login', { body, headers, authorization: null })
      const believed = await ask(behind)
      expect(String(believed.headers['set-cookie'])).toMatch(
        /^__Host-latchkey-session=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; Secure; SameSite=Strict$/,
      )
      expect(believed.json.session.address).toBe('192.0.2.7')
      const cookie = cookieOf(believed)
      const me = { authorization: null, headers: { ...headers, cookie } }
      expect((await behind.call('GET', ME, me)).status).toBe(200)
      const plain = { authorization: null, headers: { cookie } }
      expect((await behind.call('GET', ME, plain)).status).toBe(401)

      const unbelieved = await ask(api)
      expect(String(unbelieved.headers['set-cookie'])).toMatch(/^latchkey-session=/)
      expect(unbelieved.json.session.address).toBe('127.0.0.1')
    } finally {
      await behind.close()
    }
  })
})
