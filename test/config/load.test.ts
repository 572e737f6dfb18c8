import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadSettings, type SettingSources } from '../../src/config/load.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

function load(sources: Partial<SettingSources>) {
  return loadSettings({ flags: {}, env: {}, ...sources })
}

function mistakes(sources: Partial<SettingSources>): readonly string[] {
  const loaded = load(sources)
  return loaded.kind === 'mistakes' ? loaded.mistakes : []
}

function file(content: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`)
  writeFileSync(path, content)
  return path
}

describe('settings', () => {
  it('have defaults that need nothing else', () => {
    const loaded = load({})
    expect(loaded).toMatchObject({
      kind: 'ok',
      settings: {
        host: '127.0.0.1',
        apiPort: 8080,
        gatewayPort: 8081,
        demo: true,
        adminToken: null,
      },
    })
  })

  it('are taken from the flag, then the environment, then the file', () => {
    const path = file('{"apiPort": 1000, "gatewayPort": 1001, "host": "10.0.0.1"}')
    const env = { LATCHKEY_API_PORT: '2000', LATCHKEY_GATEWAY_PORT: '2001' }
    expect(load({ file: path, env, flags: { apiPort: '3000' } })).toMatchObject({
      settings: { apiPort: 3000, gatewayPort: 2001, host: '10.0.0.1' },
    })
  })

  it('of TLS that are only half there are mistakes', () => {
    expect(mistakes({ env: { LATCHKEY_TLS_CERT: 'a.crt' } })).toEqual([
      'LATCHKEY_TLS_CERT and LATCHKEY_TLS_KEY must be set together',
    ])
    expect(mistakes({ env: { LATCHKEY_TLS_DIR: 'certs' } })[0]).toMatch(/^LATCHKEY_TLS_DIR needs/)
  })

  it('name versions of Node that can be fetched, unless told otherwise', () => {
    const versions = (text: string) => load({ env: { LATCHKEY_NODE_VERSIONS: text } })
    expect(load({})).toMatchObject({ settings: { nodeVersions: ['26', '24', '22', '20'] } })
    expect(versions('28, 25')).toMatchObject({ settings: { nodeVersions: ['28', '25'] } })
    expect(versions('')).toMatchObject({ settings: { nodeVersions: [] } })
    for (const wrong of ['18', '21', '24.1', 'lts', '200', '24;22']) {
      expect(versions(wrong), wrong).toMatchObject({ kind: 'mistakes' })
    }
  })

  it('take a list apart, and name every part of it that is wrong', () => {
    const env = { LATCHKEY_TRUSTED_PROXIES: ' 10.0.0.0/8, ::1 ' }
    expect(load({ env })).toMatchObject({ settings: { trustedProxies: ['10.0.0.0/8', '::1'] } })
    expect(load({ env: { LATCHKEY_TRUSTED_PROXIES: '' } })).toMatchObject({
      settings: { trustedProxies: [] },
    })
    const expected =
      'IP addresses and ranges such as 10.0.0.0/8 or 2001:db8::/32, separated by commas'
    expect(mistakes({ env: { LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/33,::1,proxy' } })).toEqual([
      `LATCHKEY_TRUSTED_PROXIES must be ${expected}, not "10.0.0.0/33", "proxy"`,
    ])
  })

  it('report every mistake at once, with the name and what is expected', () => {
    const path = file('{"queueLength": -1, "colour": "red", "host": {}}')
    const env = { LATCHKEY_API_PORT: 'eighty', LATCHKEY_PUBLIC_URL: 'ftp://x' }
    expect(mistakes({ file: path, env, flags: { role: 'king' } })).toEqual([
      `"colour" in ${path} is not a setting`,
      `"host" in ${path} must be an IP address or a host name`,
      'LATCHKEY_API_PORT must be a whole number from 0 to 65535, not "eighty"',
      'LATCHKEY_PUBLIC_URL must be an http:// or https:// URL without query and fragment, not "ftp://x"',
      '--role must be one of all, control, data, not "king"',
      `"queueLength" in ${path} must be a whole number from 0 to 1000000, not "-1"`,
    ])
  })

  it('refuse one port for both listeners', () => {
    expect(mistakes({ flags: { apiPort: '9000', gatewayPort: '9000' } })).toHaveLength(1)
    expect(mistakes({ flags: { apiPort: '0', gatewayPort: '0' } })).toEqual([])
    const [sentence] = mistakes({ flags: { metricsPort: '8081' } })
    expect(sentence).toMatch(/^LATCHKEY_GATEWAY_PORT and LATCHKEY_METRICS_PORT must be two/)
  })

  it.each([
    ['', null],
    ['off', null],
    ['0', 0],
    ['9464', 9464],
  ])('read %j as a metrics port', (written, metricsPort) => {
    const loaded = load({ env: { LATCHKEY_METRICS_PORT: written } })
    expect(loaded).toMatchObject({ settings: { metricsPort } })
  })

  it.each(['none', '65536', '-1', '1e3'])('refuse %j as a metrics port', (written) => {
    expect(mistakes({ env: { LATCHKEY_METRICS_PORT: written } })).toEqual([
      `LATCHKEY_METRICS_PORT must be a whole number from 0 to 65535, or off, not "${written}"`,
    ])
  })

  it.each([
    ['not JSON', '{"adminToken": "1$super-secret-value-1'],
    ['not an object', '[1]'],
  ])('refuse a file that is %s and quote nothing of it', (_, content) => {
    const [sentence] = mistakes({ file: file(content) })
    expect(sentence).toMatch(/settings file/)
    expect(sentence).not.toMatch(/super-secret/)
  })

  it('refuse a file that is not there', () => {
    expect(mistakes({ file: join(folder, 'absent.json') })).toHaveLength(1)
  })

  it('never show the value of a secret that is wrong', () => {
    const [sentence] = mistakes({ env: { LATCHKEY_ADMIN_TOKEN: '7$tooshort' } })
    expect(sentence).toMatch(/^LATCHKEY_ADMIN_TOKEN must be <id>\$<secret>/)
    expect(sentence).not.toMatch(/tooshort/)
  })

  it('read an admin token with either separator', () => {
    const settings = { id: 7, secret: 'abcdefghijklmnop' }
    for (const written of ['7$abcdefghijklmnop', '7_abcdefghijklmnop']) {
      const loaded = load({ env: { LATCHKEY_ADMIN_TOKEN: written } })
      expect(loaded).toMatchObject({ settings: { adminToken: settings } })
    }
  })

  it.each(['fn.example.org', 'localhost', ''])('accept the domain %j', (domain) => {
    expect(mistakes({ flags: { domain } })).toEqual([])
  })

  it.each(['Fn.example.org', '.example.org', 'a_b.org', 'x'.repeat(200)])(
    'refuse the domain %j',
    (domain) => {
      expect(mistakes({ flags: { domain } })).toHaveLength(1)
    },
  )

  it('give secrets no flag, so that none stands in the arguments of a process', () => {
    for (const setting of SETTINGS) expect(setting.flag === null).toBe(setting.secret)
  })
})
