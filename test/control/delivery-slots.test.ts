import { describe, expect, it } from 'vitest'
import { DeliverySlots } from '../../src/control/delivery-slots.ts'

const healthy = (webhookId: string) => ({ webhookId, isFailing: false })
const failing = (webhookId: string) => ({ webhookId, isFailing: true })

function take(slots: DeliverySlots, target: { webhookId: string; isFailing: boolean }) {
  const given = Array.from({ length: slots.free(target) }, () => slots.take(target))
  return { count: given.length, giveBack: () => given.forEach((one) => void one()) }
}

describe('places for deliveries', () => {
  it('are few for one receiver, and fewer while it fails', () => {
    const slots = new DeliverySlots()
    expect(take(slots, healthy('a')).count).toBe(4)
    expect(slots.free(healthy('a'))).toBe(0)
    expect(slots.free(failing('a'))).toBe(0)
    expect(take(slots, failing('b')).count).toBe(1)
    expect(slots.free({ webhookId: null, isFailing: false })).toBe(4)
  })

  it('are left for receivers that answer, however many do not', () => {
    const slots = new DeliverySlots()
    const held = Array.from({ length: 100 }, (_, i) => take(slots, failing(`dead-${i}`)).count)
    expect(held.reduce((sum, one) => sum + one, 0)).toBe(32)
    expect(take(slots, healthy('alive')).count).toBe(4)
  })

  it('are sixty-four in all, and come back', () => {
    const slots = new DeliverySlots()
    const held = Array.from({ length: 20 }, (_, i) => take(slots, healthy(`w-${i}`)))
    expect(held.reduce((sum, { count }) => sum + count, 0)).toBe(64)
    expect(slots.free(healthy('late'))).toBe(0)
    for (const { giveBack } of held) giveBack()
    expect(slots.free(healthy('late'))).toBe(4)
  })
})
