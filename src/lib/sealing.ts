import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/*
 *   s1.<key id, 8 hex digits>.<base64url: nonce 12 bytes, ciphertext, tag 16 bytes>
 *
 * AES-256-GCM. What is sealed is bound to where it belongs: everything before the last dot and the
 * place's name are authenticated with it, so a sealed text that is moved elsewhere does not open.
 */
const FORM = /^s1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/
const CIPHER = 'aes-256-gcm'
export const SEALING_KEY_BYTES = 32
const KEY_FORM = /^[A-Za-z0-9+/]{43}=$/
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_ID_CHARS = 8

export type Opened =
  | { readonly kind: 'opened'; readonly text: string }
  /** Sealed with a key that is not in the ring. */
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  /** Changed since it was sealed, or sealed for another place. */
  | { readonly kind: 'damaged' }

/** Seals texts under one key and opens what was sealed under it or under keys of before. */
export class KeyRing {
  readonly #current: Key
  readonly #byId: ReadonlyMap<string, Key>

  /** @throws RangeError when a key has not 32 bytes */
  constructor(current: Uint8Array, previous: readonly Uint8Array[] = []) {
    this.#current = keyOf(current)
    const keys = [...previous.map(keyOf), this.#current]
    this.#byId = new Map(keys.map((key) => [key.id, key]))
  }

  /** Of the key that seals. It tells nothing of the key itself. */
  get keyId(): string {
    return this.#current.id
  }

  has(keyId: string): boolean {
    return this.#byId.has(keyId)
  }

  /** The same text sealed twice gives two different texts. */
  seal(text: string, place: string): string {
    const { id, bytes } = this.#current
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, bytes, nonce)
    cipher.setAAD(bound(id, place))
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()])
    return `s1.${id}.${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')}`
  }

  open(sealed: string, place: string): Opened {
    const [, id, body] = FORM.exec(sealed) ?? []
    if (id === undefined || body === undefined) return { kind: 'damaged' }
    const key = this.#byId.get(id)
    if (key === undefined) return { kind: 'unknown-key', keyId: id }
    const bytes = Buffer.from(body, 'base64url')
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return { kind: 'damaged' }
    const decipher = createDecipheriv(CIPHER, key.bytes, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(bound(id, place))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const ciphertext = bytes.subarray(NONCE_BYTES, -TAG_BYTES)
    try {
      const text = Buffer.concat([decipher.update(ciphertext), decipher.final()])
      return { kind: 'opened', text: text.toString() }
    } catch {
      // The tag does not fit; why is not to be known.
      return { kind: 'damaged' }
    }
  }
}

/** A key as `openssl rand -base64 32` prints it; undefined when the text is none. */
export function parseSealingKey(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64')
  return KEY_FORM.test(text) && key.length === SEALING_KEY_BYTES ? key : undefined
}

/** The id of the key that it was sealed with; undefined when it is no sealed text. */
export function sealedWith(sealed: string): string | undefined {
  return FORM.exec(sealed)?.[1]
}

interface Key {
  readonly id: string
  readonly bytes: Uint8Array
}

function keyOf(bytes: Uint8Array): Key {
  if (bytes.length !== SEALING_KEY_BYTES) throw new RangeError('a key for sealing has 32 bytes')
  const digest = createHmac('sha256', bytes).update('latchkey sealing key id').digest('hex')
  return { id: digest.slice(0, KEY_ID_CHARS), bytes }
}

function bound(id: string, place: string): Buffer {
  return Buffer.from(`s1.${id}\0${place}`)
}
