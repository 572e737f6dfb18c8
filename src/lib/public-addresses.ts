import { BlockList, isIP } from 'node:net'
import { plainAddress } from './addresses.ts'

/*
 * From the registries of special-purpose addresses. Of IPv6 only 2000::/3 is given to anyone, so all
 * else is refused without being listed.
 */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carriers' own; metadata of some clouds
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // a cloud's host service, in the public range
  '169.254.0.0/16', // link-local; metadata of most clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; metadata of a cloud
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays from 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]
const NOT_PUBLIC_IPV6 = [
  '2001::/23', // protocol assignments, Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address within
  '3fff::/20', // documentation
]
/** Where a network without IPv4 reaches IPv4 addresses, the last four bytes. */
const NAT64 = blockList(['64:ff9b::/96'])
const GLOBAL_IPV6 = blockList(['2000::/3'])
const REFUSED_IPV4 = blockList(NOT_PUBLIC_IPV4)
const REFUSED_IPV6 = blockList(NOT_PUBLIC_IPV6)

/** Whether the address is one of the internet: not of this machine, a private network or a group. */
export function isPublicAddress(address: string): boolean {
  const plain = plainAddress(address)
  switch (isIP(plain)) {
    case 4:
      return !REFUSED_IPV4.check(plain, 'ipv4')
    case 6:
      return isPublicIpv6(plain)
    default:
      return false
  }
}

function isPublicIpv6(address: string): boolean {
  // With a zone it is of one link.
  if (address.includes('%')) return false
  const mapped = mappedIpv4(address)
  if (mapped !== undefined) return isPublicAddress(mapped)
  return GLOBAL_IPV6.check(address, 'ipv6') && !REFUSED_IPV6.check(address, 'ipv6')
}

/** The IPv4 address that it stands for: of `::ffff:0:0/96`, however it is written, or of NAT64. */
function mappedIpv4(address: string): string | undefined {
  const full = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const isMapped = /^::ffff:[0-9a-f]{1,4}:[0-9a-f]{1,4}$/.test(full)
  if (!isMapped && !NAT64.check(address, 'ipv6')) return undefined
  const [low = 0, high = 0] = full
    .split(':')
    .map((part) => Number.parseInt(part === '' ? '0' : part, 16))
    .reverse()
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address, prefix] = range.split('/') as [string, string]
    list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
