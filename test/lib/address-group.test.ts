import { expect, it } from 'vitest'
import { addressGroupText } from '../../src/lib/address-group.ts'

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:0:0:7:8::1', '2001:0:0:7::/64'],
  ['fe80::1', 'fe80::/64'],
  ['::1', '::/64'],
])('writes the group of %s as %s', (address, text) => {
  expect(addressGroupText(address)).toBe(text)
})
