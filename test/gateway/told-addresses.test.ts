import { expect, it } from 'vitest'
import { ToldAddresses } from '../../src/gateway/told-addresses.ts'

const now = () => 7

it('tells each address of a key once, in its group', () => {
  const told = new ToldAddresses()
  told.saw('k1', '192.0.2.1', now)
  told.saw('k1', '::ffff:192.0.2.1', now)
  told.saw('k2', '192.0.2.1', now)
  told.saw('k1', '2001:db8::1', now)
  told.saw('k1', '2001:db8::2', now)
  expect(told.take()).toEqual([
    { keyId: 'k1', address: '192.0.2.1', atMs: 7 },
    { keyId: 'k2', address: '192.0.2.1', atMs: 7 },
    { keyId: 'k1', address: '2001:db8::/64', atMs: 7 },
  ])
  told.saw('k1', '192.0.2.1', now)
  expect(told.take()).toEqual([])
})

it('keeps what comes up again and forgets what does not, so that it does not grow', () => {
  const told = new ToldAddresses(10)
  const address = (i: number) => `10.0.0.${i}`
  for (let i = 0; i < 100; i++) {
    told.saw('k1', '192.0.2.1', now)
    told.saw('k1', address(i), now)
  }
  const news = told.take().map((one) => one.address)
  expect(news.filter((one) => one === '192.0.2.1')).toHaveLength(1)
  told.saw('k1', address(0), now)
  told.saw('k1', address(99), now)
  expect(told.take()).toMatchObject([{ address: address(0) }])
})

it('tells what is too much for one time with the next', () => {
  const told = new ToldAddresses()
  const sawAll = () => {
    for (let i = 0; i < 1500; i++) told.saw('k1', `10.0.${i >> 8}.${i & 255}`, now)
  }
  sawAll()
  expect(told.take()).toHaveLength(1000)
  sawAll()
  expect(told.take()).toHaveLength(500)
  sawAll()
  expect(told.take()).toEqual([])
})
