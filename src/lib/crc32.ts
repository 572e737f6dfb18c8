const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
  return rest
})

/**
 * CRC32 of the first characters of a text that is all ASCII; -1 when one of them is not. For a short
 * text it is several times as fast as a call into zlib.
 */
export function crc32OfAscii(text: string, chars: number): number {
  let crc = -1
  let seen = 0
  for (let i = 0; i < chars; i++) {
    const code = text.charCodeAt(i)
    seen |= code
    crc = (crc >>> 8) ^ TABLE[(crc ^ code) & 0xff]!
  }
  return seen < 0x80 ? ~crc >>> 0 : -1
}
