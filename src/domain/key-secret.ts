import { hash } from 'node:crypto'
import { base62FromUint32, base62ToNumber, randomBase62 } from '../lib/base62.ts'
import { crc32OfAscii } from '../lib/crc32.ts'

/*
 *   lk_  8vGk...  (43)        2yQm1P
 *   |    |                    |
 *   |    256 bits in base62   CRC32 of everything before it, base62, 6 characters
 *   prefix
 *
 * Letters, digits and `_` only, so that a double click selects the whole secret.
 */
export const KEY_SECRET_PREFIX = 'lk_'
export const KEY_SECRET_PATTERN = '^lk_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$'
const BODY_CHARS = 43
const CHECKSUM_CHARS = 6
const CHECKED_CHARS = KEY_SECRET_PREFIX.length + BODY_CHARS
export const KEY_SECRET_CHARS = CHECKED_CHARS + CHECKSUM_CHARS

/** A new secret from the system's generator. It belongs into one answer and nowhere else. */
export function mintKeySecret(): string {
  const checked = KEY_SECRET_PREFIX + randomBase62(32, BODY_CHARS)
  return checked + checksum(checked)
}

/** Whether the text has the form of a secret, checksum included: rejects garbage without hashing it. */
export function isWellFormedKeySecret(text: string): boolean {
  if (text.length !== KEY_SECRET_CHARS || !text.startsWith(KEY_SECRET_PREFIX)) return false
  // As a number: a text to compare with would have to be made for every request.
  return base62ToNumber(text, CHECKED_CHARS) === crc32OfAscii(text, CHECKED_CHARS)
}

/** SHA-256 as 64 hex digits: what is stored and looked up instead of the secret. */
export function keySecretDigest(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/**
 * The same digest as eight words, little-endian, for a table that is read on each request: half as
 * costly to make as the hex digits.
 */
export function keySecretDigestWords(secret: string, into: Int32Array): void {
  const bytes = hash('sha256', secret, 'latin1')
  for (let i = 0; i < 8; i++) {
    into[i] =
      bytes.charCodeAt(4 * i) |
      (bytes.charCodeAt(4 * i + 1) << 8) |
      (bytes.charCodeAt(4 * i + 2) << 16) |
      (bytes.charCodeAt(4 * i + 3) << 24)
  }
}

/** What may be shown of a secret later: its prefix and last four characters. */
export function keySecretHint(secret: string): string {
  return `${KEY_SECRET_PREFIX}…${secret.slice(-4)}`
}

function checksum(checked: string): string {
  return base62FromUint32(crc32OfAscii(checked, CHECKED_CHARS), CHECKSUM_CHARS)
}
