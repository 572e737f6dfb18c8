import { randomBytes } from 'node:crypto'

export const BASE62_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A non-negative integer in base62, padded on the left with `0` to `width` characters. */
export function base62FromInteger(value: bigint, width: number): string {
  let rest = value
  let text = ''
  while (rest > 0n) {
    text = BASE62_ALPHABET[Number(rest % 62n)] + text
    rest /= 62n
  }
  return text.padStart(width, '0')
}

/** The same for a number of at most 32 bits, many times faster: it is done for every request. */
export function base62FromUint32(value: number, width: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < width; i++) {
    text = BASE62_ALPHABET[rest % 62] + text
    rest = Math.trunc(rest / 62)
  }
  return text
}

const DIGITS = Int8Array.from({ length: 128 }, (_, code) =>
  BASE62_ALPHABET.indexOf(String.fromCharCode(code)),
)

/** What the base62 digits from `begin` to the end of a text say; NaN when one is none. */
export function base62ToNumber(text: string, begin: number): number {
  let value = 0
  for (let i = begin; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const digit = code < 128 ? DIGITS[code]! : -1
    if (digit < 0) return Number.NaN
    value = value * 62 + digit
  }
  return value
}

/** `bytes` random bytes from the system's generator, written as one base62 integer of `width` characters. */
export function randomBase62(bytes: number, width: number): string {
  return base62FromInteger(BigInt(`0x${randomBytes(bytes).toString('hex')}`), width)
}
