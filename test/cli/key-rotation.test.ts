import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeFirstUses } from '../../src/control/usage-intake.ts'
import { keySecretDigest } from '../../src/domain/key-secret.ts'
import { addUsage } from '../../src/store/usage.ts'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

const SECRET = /^lk_[0-9A-Za-z]{49}\n$/
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

const key = (...args: string[]) => cli.run(['key', ...args])
const rotation = async (name: string) =>
  /^rotation: +(.*)$/m.exec((await key('get', name)).stdout)?.[1]

async function use(name: string, secret: string): Promise<void> {
  const { id: keyId } = JSON.parse((await key('get', name, '--json')).stdout)
  const nodes = { announce() {} }
  const digest = keySecretDigest(secret.trim())
  await takeFirstUses({ store: api.store, nodes }, [{ keyId, digest, atMs: Date.now() }])
}

describe('rotating a key on the command line', () => {
  it('prints the new secret alone, and tells how long the old one works', async () => {
    const { stdout: first } = await key('create', 'partner')
    expect(await rotation('partner')).toBe('none')
    const { code, stdout, stderr } = await key('rotate', 'partner', '--grace', '2d')
    expect(code).toBe(0)
    expect(stdout).toMatch(SECRET)
    expect(stdout).not.toBe(first)
    const hint = `lk_…${first.trim().slice(-4)}`
    expect(stderr).toMatch(
      new RegExp(
        `^This is the new secret of partner\\. It is not shown again: keep it now\\.\n` +
          `The old one \\(${hint}\\) works on: it ends 2 days after the first use of the new one, at the latest at ${TIME} \\(in \\d+ days\\)\\.\n$`,
      ),
    )
    expect(await rotation('partner')).toMatch(
      new RegExp(`^since ${TIME}; new secret not used yet; old secret \\(${hint}\\) ends 2 days`),
    )
    await use('partner', stdout)
    expect(await rotation('partner')).toMatch(
      new RegExp(`new secret used since ${TIME}; old secret \\(${hint}\\) ends at ${TIME} \\(in`),
    )
  })

  it('says what can be done about one that is under way', async () => {
    const again = await key('rotate', 'partner')
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('--replace')
    const cancel = await key('rotation', 'cancel', 'partner')
    expect(cancel.code).toBe(1)
    expect(cancel.stderr).toContain('--force')
    expect((await key('rotate', 'partner', '--replace', '--grace', '0')).stdout).toMatch(SECRET)
    expect(await rotation('partner')).toContain('ends at the first use of the new one')
  })

  it('ends it either way, and then there is nothing to end', async () => {
    const canceled = await key('rotation', 'cancel', 'partner')
    expect(canceled.stderr).toMatch(
      /^partner has its old secret \(lk_….{4}\) again\. The new one is gone: no function/,
    )
    await key('rotate', 'partner')
    const finished = await key('rotation', 'finish', 'partner')
    expect(finished.stderr).toMatch(
      /^partner has one secret \(lk_….{4}\)\. The old one is gone: no function/,
    )
    const none = await key('rotation', 'finish', 'partner')
    expect(none.code).toBe(1)
    expect(none.stderr).toContain('latchkey key get')
  })

  it('does not say of an old secret that it is gone while nodes lag', async () => {
    await key('rotate', 'partner')
    api.laggards.push('node-b')
    const { stderr } = await key('rotation', 'finish', 'partner')
    api.laggards.length = 0
    expect(stderr).toContain('node-b')
    expect(stderr).not.toContain('no function opens with it')
  })

  it.each([
    [['--grace', '31d'], '--grace must be 0 or a time of up to 30 days'],
    [['--grace', 'soon'], '--grace must be 0 or a time of up to 30 days'],
    [['--hard-end', 'never'], '--hard-end must be a time'],
    [['--hard-end', '2020-01-01'], '--hard-end lies in the past'],
  ])('refuses %s without asking the server', async (args, sentence) => {
    const { code, stderr } = await key('rotate', 'partner', ...args)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
  })

  it('lists from where a key was used', async () => {
    expect((await key('addresses', 'partner')).stderr).toBe(
      'partner was not used from anywhere yet.\n',
    )
    const { id: keyId } = JSON.parse((await key('get', 'partner', '--json')).stdout)
    const seen = (address: string, second: number) => {
      return { keyId, address, atMs: Date.parse(`2026-08-22T11:21:0${second}Z`) }
    }
    const addresses = [seen('192.0.2.1', 1), seen('2001:db8::/64', 2)]
    const delivery = { node: 'n', boot: 'b', sequence: 1, rows: [], lastUses: [], addresses }
    await addUsage(api.store, delivery)
    expect((await key('addresses', 'partner')).stdout).toBe(
      'ADDRESS        FIRST SEEN\n' +
        '2001:db8::/64  2026-08-22T11:21:02Z\n' +
        '192.0.2.1      2026-08-22T11:21:01Z\n',
    )
  })

  it('prints the answer as JSON when that is wanted', async () => {
    const answer = JSON.parse((await key('rotate', 'partner', '--json')).stdout)
    expect(answer).toMatchObject({ name: 'partner', secret: expect.any(String) })
    const canceled = JSON.parse((await key('rotation', 'cancel', 'partner', '--json')).stdout)
    expect(canceled).toMatchObject({ rotation: null })
  })
})
