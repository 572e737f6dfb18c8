import { createPrivateKey } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readPair } from '../../src/gateway/certificate-pair.ts'
import { CertificateWatch, type TlsMaterial } from '../../src/gateway/certificate-watch.ts'
import { certificateFault, readPairs, remarksOn } from '../../src/gateway/certificates.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { Logger } from '../../src/observability/logger.ts'
import { type MadeCertificate, makeCertificate, writePair } from '../helpers/certificates.ts'
import { until } from './harness.ts'

let one: MadeCertificate
let two: MadeCertificate
beforeAll(async () => {
  one = await makeCertificate(['one.test', '*.One.test'])
  two = await makeCertificate(['two.test'])
})

let folder: string
let files: { certPath: string; keyPath: string }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-certs-'))
  files = { certPath: join(folder, 'main.crt'), keyPath: join(folder, 'main.key') }
  writePair(one, files)
})
afterEach(() => rmSync(folder, { recursive: true }))

const settings = (tlsDir = '') => ({ tlsCert: files.certPath, tlsKey: files.keyPath, tlsDir })

describe('a pair', () => {
  test('has its names, its number and its days', () => {
    const outcome = readPair(files)
    if (outcome.kind !== 'pair') throw new Error(outcome.sentence)
    expect(outcome.pair.names).toEqual(['one.test', '*.one.test'])
    expect(outcome.pair.serialNumber).toMatch(/^[0-9A-F]+$/)
    expect(outcome.pair.validToMs).toBeGreaterThan(Date.now())
    expect(remarksOn(outcome.pair, Date.now())).toEqual([])
  })

  test('that has expired, expires soon or is not closed to others can be used, with a remark', async () => {
    for (const [days, remark] of [
      [-1, 'the certificate has expired'],
      [5, 'the certificate expires soon'],
    ] as const) {
      writePair(await makeCertificate(['one.test'], { days }), files)
      const outcome = readPair(files)
      if (outcome.kind !== 'pair') throw new Error(outcome.sentence)
      expect(remarksOn(outcome.pair, Date.now())).toEqual([remark])
    }
    chmodSync(files.keyPath, 0o644)
    const outcome = readPair(files)
    expect(outcome.kind === 'pair' && remarksOn(outcome.pair, Date.now())).toContain(
      'every user of this machine can read the private key',
    )
  })

  const mistakes: Record<string, [damage: () => void, sentence: RegExp]> = {
    'a certificate that is not there': [() => rmSync(files.certPath), /main\.crt cannot be read/],
    'a key that is not there': [() => rmSync(files.keyPath), /main\.key cannot be read/],
    'a folder in place of a file': [
      () => {
        rmSync(files.keyPath)
        mkdirSync(files.keyPath)
      },
      /main\.key cannot be read/,
    ],
    'something else than a certificate': [
      () => writeFileSync(files.certPath, 'none'),
      /holds no certificate/,
    ],
    'something else than a key': [
      () => writeFileSync(files.keyPath, 'none'),
      /holds no private key/,
    ],
    "another certificate's key": [
      () => writeFileSync(files.keyPath, two.key),
      /does not belong to the first certificate/,
    ],
    'the certificates in the wrong order': [
      () => writeFileSync(files.certPath, `${two.cert}\n${one.cert}`),
      /own certificate must come first/,
    ],
    'an encrypted key': [
      () => {
        const cipher = { cipher: 'aes-256-cbc', passphrase: 'secret-word' }
        const key = createPrivateKey(one.key).export({ type: 'pkcs8', format: 'pem', ...cipher })
        writeFileSync(files.keyPath, key)
      },
      /is encrypted/,
    ],
  }
  for (const [title, [damage, sentence]] of Object.entries(mistakes)) {
    test(`${title}: a sentence that says so`, () => {
      damage()
      const fault = certificateFault(settings())
      expect(fault).toMatch(sentence)
      expect(fault).not.toContain('PRIVATE KEY-----')
    })
  }

  test('shows its private key to nobody who prints it', () => {
    const printed = inspect(readPair(files), { depth: 9, showHidden: true })
    expect(printed).not.toContain(one.key.split('\n')[1])
    expect(JSON.stringify(readPair(files))).not.toContain(one.key.split('\n')[1])
  })
})

describe('a folder of pairs', () => {
  test('is read in three forms: files beside each other, as Kubernetes, as certbot', () => {
    const dir = join(folder, 'more')
    writePair(two, { certPath: join(dir, 'b.crt'), keyPath: join(dir, 'b.key') })
    writePair(two, { certPath: join(dir, 'a/tls.crt'), keyPath: join(dir, 'a/tls.key') })
    const certbot = { certPath: join(dir, 'c/fullchain.pem'), keyPath: join(dir, 'c/privkey.pem') }
    writePair(two, certbot)
    writeFileSync(join(dir, 'README'), 'no certificate')
    const found = [...readPairs(settings(dir))].map(([path, { kind }]) => [
      path.slice(folder.length + 1),
      kind,
    ])
    expect(found).toEqual([
      ['main.crt', 'pair'],
      ['more/a/tls.crt', 'pair'],
      ['more/b.crt', 'pair'],
      ['more/c/fullchain.pem', 'pair'],
    ])
  })

  test('with half a pair, or that is not there, is a mistake', () => {
    const dir = join(folder, 'more')
    expect(certificateFault(settings(dir))).toMatch(/more cannot be read/)
    mkdirSync(dir)
    expect(certificateFault(settings(dir))).toBeUndefined()
    writeFileSync(join(dir, 'x.key'), two.key)
    expect(certificateFault(settings(dir))).toMatch(/x\.crt cannot be read/)
  })
})

describe('the watch', () => {
  interface Watched {
    readonly watch: CertificateWatch
    readonly changes: TlsMaterial[]
    readonly lines: { level: string; fields: Record<string, unknown>; message: string }[]
  }

  function start(tlsDir = ''): Watched & Disposable {
    const changes: TlsMaterial[] = []
    const lines: Watched['lines'] = []
    const level = (name: string) => (fields: Record<string, unknown>, message: string) =>
      lines.push({ level: name, fields, message })
    const watch = new CertificateWatch({
      settings: settings(tlsDir),
      minVersion: 'TLSv1.2',
      logger: {
        info: level('info'),
        warn: level('warn'),
        error: level('error'),
      } as never as Logger,
      clock: systemClock,
      onChange: (material) => changes.push(material),
      pollMs: 10,
    })
    return { watch, changes, lines, [Symbol.dispose]: () => watch.close() }
  }

  test('takes over a pair that was renamed into place, with other keys for tickets', async () => {
    using watched = start()
    const before = watched.watch.material
    const beside = { certPath: `${files.certPath}.new`, keyPath: `${files.keyPath}.new` }
    writePair(two, beside)
    renameSync(beside.certPath, files.certPath)
    renameSync(beside.keyPath, files.keyPath)
    await until(() => watched.changes.length > 0)
    const [material] = watched.changes
    expect(material!.pairs[0]!.names).toEqual(['two.test'])
    expect(Buffer.from(material!.ticketKeys)).not.toEqual(Buffer.from(before.ticketKeys))
    expect(watched.watch.certificateStatus()).toMatchObject([{ names: ['two.test'] }])
    expect(watched.lines.at(-1)).toMatchObject({ level: 'info', message: 'certificate is in use' })
  })

  test('follows links, as Kubernetes and certbot swap them', async () => {
    for (const [name, made] of [
      ['v1', one],
      ['v2', two],
    ] as const) {
      writePair(made, {
        certPath: join(folder, name, 'tls.crt'),
        keyPath: join(folder, name, 'tls.key'),
      })
    }
    symlinkSync('v1', join(folder, 'data'))
    files = { certPath: join(folder, 'data/tls.crt'), keyPath: join(folder, 'data/tls.key') }
    using watched = start()
    symlinkSync('v2', join(folder, 'data.new'))
    renameSync(join(folder, 'data.new'), join(folder, 'data'))
    await until(() => watched.changes.length > 0)
    expect(watched.changes[0]!.pairs[0]!.names).toEqual(['two.test'])
  })

  test('keeps the old pair when the new one cannot be used, says so, and takes the next good one', async () => {
    using watched = start()
    writeFileSync(files.keyPath, two.key)
    await until(() => watched.lines.some(({ level }) => level === 'error'))
    expect(watched.changes).toEqual([])
    expect(watched.watch.material.pairs[0]!.names).toContain('one.test')
    writeFileSync(files.certPath, two.cert)
    await until(() => watched.changes.length > 0)
    expect(watched.watch.material.pairs[0]!.names).toEqual(['two.test'])
    expect(JSON.stringify(watched.lines)).not.toContain('PRIVATE KEY')
  })

  test('goes on without files, or with a folder that is gone', async () => {
    const dir = join(folder, 'more')
    writePair(two, { certPath: join(dir, 'x.crt'), keyPath: join(dir, 'x.key') })
    using watched = start(dir)
    rmSync(dir, { recursive: true })
    rmSync(files.certPath)
    await until(() => watched.lines.some(({ level }) => level === 'error'))
    expect(watched.watch.material.pairs).toHaveLength(2)
    expect(watched.changes).toEqual([])
  })

  test('takes in what is added to the folder, and lets go what is removed from it', async () => {
    const dir = join(folder, 'more')
    mkdirSync(dir)
    using watched = start(dir)
    writePair(two, { certPath: join(dir, 'x.crt'), keyPath: join(dir, 'x.key') })
    await until(() => watched.changes.length === 1)
    expect(watched.changes[0]!.pairs.map(({ names }) => names[0])).toEqual(['one.test', 'two.test'])
    rmSync(join(dir, 'x.crt'))
    rmSync(join(dir, 'x.key'))
    await until(() => watched.changes.length === 2)
    expect(watched.changes[1]!.pairs).toHaveLength(1)
  })
})
