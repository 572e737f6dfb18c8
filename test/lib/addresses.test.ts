import { expect, test } from 'vitest'
import { parseAddressRange } from '../../src/lib/addresses.ts'

test('an address range is an address, or one with the number of its fixed bits', () => {
  expect(parseAddressRange('192.0.2.1')).toEqual({
    address: '192.0.2.1',
    family: 'ipv4',
    prefix: 32,
  })
  expect(parseAddressRange('10.0.0.0/8')).toMatchObject({ family: 'ipv4', prefix: 8 })
  expect(parseAddressRange('::/0')).toMatchObject({ family: 'ipv6', prefix: 0 })
  expect(parseAddressRange('2001:db8::1')).toMatchObject({ family: 'ipv6', prefix: 128 })
  const wrong = ['', 'x', '10.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '/8']
  for (const text of [...wrong, '10.0.0.0/-1', '10.0.0.0/8.0', 'fe80::1%eth0', '::1/0x8', ' ::1']) {
    expect(parseAddressRange(text), text).toBeUndefined()
  }
})
