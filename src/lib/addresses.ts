import { isIP } from 'node:net'

/** One address, or all that share its first `prefix` bits. */
export interface AddressRange {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
  readonly prefix: number
}

/** `192.0.2.1`, `10.0.0.0/8`, `::1`, `2001:db8::/32`; undefined for anything else. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', written, ...rest] = text.split('/')
  const version = address.includes('%') ? 0 : isIP(address)
  const most = version === 6 ? 128 : 32
  if (version === 0 || rest.length > 0) return undefined
  if (written !== undefined && !/^\d{1,3}$/.test(written)) return undefined
  const prefix = written === undefined ? most : Number(written)
  return prefix > most ? undefined : { address, family: familyOf(version), prefix }
}

export function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 6 ? 'ipv6' : 'ipv4'
}

/** `::ffff:192.0.2.1`, an IPv4 caller of a socket that listens on IPv6, is `192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
