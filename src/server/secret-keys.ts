import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Settings } from '../config/settings.ts'
import type { FunctionName, Scope } from '../domain/names.ts'
import { type OpenedEnvs, openEnvs, type SealedEnvs } from '../domain/secret-envs.ts'
import { syncFolder } from '../lib/atomic-file.ts'
import { KeyRing, parseSealingKey, SEALING_KEY_BYTES, sealedWith } from '../lib/sealing.ts'
import { StartRefused } from './role-messages.ts'

type KeySettings = Pick<Settings, 'secretKey' | 'secretKeyPrevious' | 'secretKeyFile'>

/**
 * The key ring of the control role. Without a setting the key is in a file that is made at the first
 * start, and only then: a key that was lost must not be replaced without a word.
 *
 * @param filePath - of the key file when no setting names one
 * @param sealedTexts - what the store holds, to see whether a key is missed
 * @throws StartRefused with what to do
 */
export async function controlKeyRing(
  settings: KeySettings,
  filePath: string,
  sealedTexts: () => Promise<readonly string[]>,
): Promise<KeyRing> {
  const path = keyPath(settings, filePath)
  if (settings.secretKey === null && !existsSync(path)) {
    const [sealed] = await sealedTexts()
    if (sealed !== undefined) {
      throw new StartRefused(
        `There are secret values, sealed with the key ${sealedWith(sealed)}, and the key file ${path} is not there. Put it back from a backup, or set LATCHKEY_SECRET_KEY; if the key is lost, set LATCHKEY_SECRET_KEY to a new one, start, and set those values again.`,
      )
    }
    if (settings.secretKeyFile !== '') {
      throw new StartRefused(
        `The key file ${path}, which LATCHKEY_SECRET_KEY_FILE names, is not there.`,
      )
    }
    makeKeyFile(path)
  }
  return keyRing(settings, path)
}

/** How many of the sealed texts were sealed with keys that the ring does not have, by key id. */
export function missedKeys(ring: KeyRing, sealedTexts: readonly string[]): Record<string, number> {
  const missed: Record<string, number> = {}
  for (const text of sealedTexts) {
    const id = sealedWith(text) ?? 'unknown'
    if (!ring.has(id)) missed[id] = (missed[id] ?? 0) + 1
  }
  return missed
}

/** The keys of a data node, which only opens. The file may come later, or be another one after a restore. */
export class NodeKeys {
  readonly #settings: KeySettings
  readonly #path: string
  #ring: KeyRing | undefined

  constructor(settings: KeySettings, filePath: string) {
    this.#settings = settings
    this.#path = keyPath(settings, filePath)
  }

  open(fn: Scope & FunctionName & { readonly functionId: string }, sealed: SealedEnvs): OpenedEnvs {
    const opened = this.#ring && openEnvs(this.#ring, fn, sealed)
    if (opened?.kind === 'opened') return opened
    try {
      this.#ring = keyRing(this.#settings, this.#path)
    } catch (error) {
      const message = `its secret values cannot be opened: ${(error as Error).message.replace(/\.$/, '')}`
      return { kind: 'failed', reason: 'unknown-key', message }
    }
    return openEnvs(this.#ring, fn, sealed)
  }
}

function keyPath(settings: KeySettings, filePath: string): string {
  return settings.secretKeyFile === '' ? filePath : settings.secretKeyFile
}

function keyRing({ secretKey, secretKeyPrevious }: KeySettings, path: string): KeyRing {
  const previous = (secretKeyPrevious ?? '').split(',').filter((key) => key !== '')
  const current = secretKey === null ? readKeyFile(path) : Buffer.from(secretKey, 'base64')
  const keys: Uint8Array[] = previous.map((key) => Buffer.from(key, 'base64'))
  // What was sealed before the setting came still opens.
  if (secretKey !== null && existsSync(path)) keys.push(readKeyFile(path))
  return new KeyRing(current, keys)
}

/** @throws StartRefused */
function readKeyFile(path: string): Buffer {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`
    throw new StartRefused(`The key file ${path} ${reason}.`)
  }
  const key = parseSealingKey(text.trim())
  if (key !== undefined) return key
  throw new StartRefused(
    `The key file ${path} does not hold 32 bytes in base64, as openssl rand -base64 32 prints them.`,
  )
}

/** Whole or not at all, and never in place of another. */
function makeKeyFile(path: string): void {
  const beside = `${path}.${process.pid}.tmp`
  try {
    const key = randomBytes(SEALING_KEY_BYTES).toString('base64')
    writeFileSync(beside, `${key}\n`, { mode: 0o600, flush: true })
    linkSync(beside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(beside, { force: true })
  }
  syncFolder(dirname(path))
}

/** A sentence when others than the owner may read the key file. */
export function keyFileWarning(settings: KeySettings, filePath: string): string | undefined {
  const path = keyPath(settings, filePath)
  if (settings.secretKey !== null || !existsSync(path)) return undefined
  const isOpen = (statSync(path).mode & 0o077) !== 0
  return isOpen ? `the key file ${path} may be read by others: chmod 600` : undefined
}
