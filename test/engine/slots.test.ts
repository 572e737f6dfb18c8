import { expect, test } from 'vitest'
import { SlotAllocator } from '../../src/engine/slot-allocator.ts'
import { SlotTable } from '../../src/engine/slots.ts'

test('slots are claimed up to the limit and counted, in memory that threads share', () => {
  const table = SlotTable.create(4)
  const sameInAThread = new SlotTable(table.buffer)
  expect(sameInAThread.capacity).toBe(4)
  table.open(3)
  expect([table.claim(3, 2), sameInAThread.claim(3, 2), table.claim(3, 2)]).toEqual([
    true,
    true,
    false,
  ])
  expect([sameInAThread.inFlight(3), sameInAThread.claims(3)]).toEqual([2, 2])
  table.release(3)
  expect([table.inFlight(3), table.claims(3)]).toEqual([1, 2])
  expect(table.claims(2)).toBe(0)
})

test('only an idle instance can be closed as idle, and a closed one cannot be claimed', () => {
  const table = SlotTable.create(1)
  table.open(0)
  table.claim(0, 1)
  expect(table.closeIfIdle(0)).toBe(false)
  table.close(0)
  expect(table.inFlight(0)).toBe(1)
  table.release(0)
  expect(table.inFlight(0)).toBe(0)
  expect(table.claim(0, 1)).toBe(false)
})

test('an index is handed out again only when nobody counts a request on it', () => {
  const table = SlotTable.create(2)
  const allocator = new SlotAllocator(table)
  expect(table.claim(0, 1)).toBe(false)
  const [a, b] = [allocator.allocate()!, allocator.allocate()!]
  expect(allocator.allocate()).toBeUndefined()
  table.open(a)
  table.claim(a, 1)
  allocator.retire(a)
  expect(allocator.allocate()).toBeUndefined()
  allocator.retire(b)
  expect(allocator.allocate()).toBe(b)
  table.release(a)
  expect(allocator.allocate()).toBe(a)
})
