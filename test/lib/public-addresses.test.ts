import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../src/lib/public-addresses.ts'

describe('an address of the internet', () => {
  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '64:ff9b::808:808',
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['0.0.0.0', 'this machine'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', "a carrier's own"],
    ['100.100.100.200', 'metadata'],
    ['169.254.169.254', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['168.63.129.16', 'a service of the host'],
    ['198.18.0.1', 'benchmarks'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'this machine'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'loopback within IPv6'],
    ['::ffff:127.0.0.1', 'loopback within IPv6'],
    ['::ffff:7f00:1', 'loopback within IPv6'],
    ['0:0:0:0:0:ffff:a00:1', 'private within IPv6'],
    ['64:ff9b::7f00:1', 'loopback by way of NAT64'],
    ['64:ff9b:1::808:808', 'NAT64 of one network'],
    ['2002:7f00:1::', 'loopback by way of 6to4'],
    ['2001:0:1::', 'Teredo'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['fe80::1', 'of a link'],
    ['fe80::1%eth0', 'of a link'],
    ['2606:4700::1111%eth0', 'of a link'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'documentation'],
    ['localhost', 'no address'],
    ['', 'no address'],
  ])('is not %s: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})
