import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealedAfter } from '../../src/domain/secret-envs.ts'
import { KeyRing } from '../../src/lib/sealing.ts'
import { StartRefused } from '../../src/server/role-messages.ts'
import {
  controlKeyRing,
  keyFileWarning,
  missedKeys,
  NodeKeys,
} from '../../src/server/secret-keys.ts'

const NONE = { secretKey: null, secretKeyPrevious: null, secretKeyFile: '' }
const base64 = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const fn = { projectId: 1, regionId: 1, namespace: 'demo', name: 'hello', functionId: 'f1' }
const seal = (ring: KeyRing) => sealedAfter(ring, { functionId: 'f1' }, {}, { A: 'value' })
const nothing = async () => []

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-keys-'))
  path = join(folder, 'secret.key')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the key of secret values', () => {
  it('is made once, for the owner alone, and then kept', async () => {
    const first = await controlKeyRing(NONE, path, nothing)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['secret.key'])
    const text = readFileSync(path, 'utf8')
    const second = await controlKeyRing(NONE, path, async () => Object.values(seal(first)))
    expect(second.keyId).toBe(first.keyId)
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(keyFileWarning(NONE, path)).toBeUndefined()
    chmodSync(path, 0o644)
    expect(keyFileWarning(NONE, path)).toContain('chmod 600')
  })

  it('is not replaced when it is lost, nor taken from a file that holds none', async () => {
    const sealed = Object.values(seal(new KeyRing(Buffer.alloc(32, 1))))
    const lost = controlKeyRing(NONE, path, async () => sealed)
    await expect(lost).rejects.toThrow(StartRefused)
    await expect(lost).rejects.toThrow('Put it back from a backup')
    expect(existsSync(path)).toBe(false)
    writeFileSync(path, 'not a key')
    await expect(controlKeyRing(NONE, path, nothing)).rejects.toThrow('32 bytes in base64')
    const elsewhere = { ...NONE, secretKeyFile: join(folder, 'mounted') }
    await expect(controlKeyRing(elsewhere, path, nothing)).rejects.toThrow(
      'LATCHKEY_SECRET_KEY_FILE',
    )
  })

  it('of a setting seals, and those of before still open', async () => {
    writeFileSync(path, base64(1))
    const settings = { ...NONE, secretKey: base64(3), secretKeyPrevious: base64(2) }
    const ring = await controlKeyRing(settings, path, nothing)
    expect(ring.keyId).toBe(new KeyRing(Buffer.alloc(32, 3)).keyId)
    const texts = [1, 2, 3, 4].flatMap((byte) =>
      Object.values(seal(new KeyRing(Buffer.alloc(32, byte)))),
    )
    const missing = new KeyRing(Buffer.alloc(32, 4)).keyId
    expect(missedKeys(ring, texts)).toEqual({ [missing]: 1 })
  })
})

describe('a data node', () => {
  it('opens with a key that comes later, or is put right, without a restart', () => {
    const keys = new NodeKeys(NONE, path)
    const sealed = seal(new KeyRing(Buffer.alloc(32, 1)))
    expect(keys.open(fn, sealed)).toMatchObject({
      message: expect.stringContaining('is not there'),
    })
    writeFileSync(path, base64(2))
    expect(keys.open(fn, sealed)).toMatchObject({ reason: 'unknown-key' })
    writeFileSync(path, base64(1))
    expect(keys.open(fn, sealed)).toEqual({ kind: 'opened', envs: { A: 'value' } })
  })
})
