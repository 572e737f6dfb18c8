import { plainAddress } from './addresses.ts'

/**
 * What counts as one caller: an IPv4 address (also as an IPv6 socket writes it, `::ffff:192.0.2.1`), and
 * of IPv6 the network of 64 bits, because whoever has one address there has all the others too.
 * `address` is in the form that the system gives, shortened and without leading zeros.
 */
export function addressGroup(address: string): string {
  const plain = plainAddress(address)
  return plain.includes(':') ? networkOf(plain) : plain
}

/** The same as people write it: `192.0.2.1`, `2001:db8:0:7::/64`. */
export function addressGroupText(address: string): string {
  const group = addressGroup(address)
  if (!group.includes(':')) return group
  return `${group.replace(/(^|:)0(:0)*$/, '')}::/64`
}

const GROUPS = 8
const NETWORK_GROUPS = 4

function networkOf(address: string): string {
  const [before = '', after] = address.split('::')
  const groups = before === '' ? [] : before.split(':')
  if (after !== undefined) {
    const last = after === '' ? [] : after.split(':')
    while (groups.length + last.length < GROUPS) groups.push('0')
    groups.push(...last)
  }
  return groups.slice(0, NETWORK_GROUPS).join(':')
}
