import type { FirstUse } from '../domain/key-rotation.ts'
import { type KeyAddress, USAGE_WIDTH, USAGE_WIDTH_LEAST } from '../domain/usage.ts'
import type { TakenUsage } from '../domain/usage-tally.ts'

/**
 * Usage on its way from a node to control. Within one boot of the node's process deliveries have the
 * numbers 1, 2, 3 …, and the next is sent when the one before has been answered: what comes again with
 * a number that control has seen, because an answer was lost, counts nothing.
 */
export interface UsageDelivery extends TakenUsage {
  readonly node: string
  /** Random, of one run of the node's process. */
  readonly boot: string
  readonly sequence: number
}

/** As JSON carries it: a row is `[functionId, keyId, atMs, ...counts]`, with fewer counts from an older node or file. */
export interface UsageDeliveryWire {
  readonly node: string
  readonly boot: string
  readonly sequence: number
  readonly rows: readonly (readonly (string | number)[])[]
  readonly lastUses: readonly (readonly [string, string, number, string])[]
  /** Key id, digest of the secret, time. A node that is older than these two members sends none. */
  readonly firstUses?: readonly (readonly [string, string, number])[]
  /** Key id, address, time. */
  readonly addresses?: readonly (readonly [string, string, number])[]
}

const HEAD = 3

export function deliveryWire(delivery: UsageDelivery): UsageDeliveryWire {
  const { node, boot, sequence, rows, lastUses, firstUses, addresses } = delivery
  return {
    node,
    boot,
    sequence,
    rows: rows.map((row) => [row.functionId, row.keyId, row.atMs, ...Array.from(row.counts)]),
    lastUses: lastUses.map((use) => [use.keyId, use.functionId, use.atMs, use.address]),
    ...(firstUses && { firstUses: firstUses.map((use) => [use.keyId, use.digest, use.atMs]) }),
    ...(addresses && { addresses: addresses.map((one) => [one.keyId, one.address, one.atMs]) }),
  }
}

/** Undefined when it is no such delivery. */
export function parseDelivery(value: unknown): UsageDelivery | undefined {
  const wire = value as Partial<UsageDeliveryWire> | null
  if (typeof wire !== 'object' || wire === null) return undefined
  const { node, boot, sequence, rows, lastUses, firstUses, addresses } = wire
  if (typeof node !== 'string' || typeof boot !== 'string') return undefined
  if (!Number.isSafeInteger(sequence) || !Array.isArray(rows) || !Array.isArray(lastUses)) {
    return undefined
  }
  if (!rows.every(isRow) || !lastUses.every(isLastUse)) return undefined
  if (!areMoments(firstUses) || !areMoments(addresses)) return undefined
  return {
    node,
    boot,
    sequence: sequence!,
    rows: rows.map((row) => ({
      functionId: row[0] as string,
      keyId: row[1] as string,
      atMs: row[2] as number,
      counts: countsOf(row.slice(HEAD) as number[]),
    })),
    lastUses: lastUses.map(([keyId, functionId, atMs, address]) => {
      return { keyId, functionId, atMs, address }
    }),
    ...(firstUses && { firstUses: firstUses.map(firstUseOf) }),
    ...(addresses && { addresses: addresses.map(addressOf) }),
  }
}

function isRow(row: unknown): boolean {
  if (!Array.isArray(row)) return false
  const width = row.length - HEAD
  if (width < USAGE_WIDTH_LEAST || width > USAGE_WIDTH) return false
  return row.every((part, i) => (i < 2 ? typeof part === 'string' : isCount(part)))
}

/** What an older node did not count is 0. */
function countsOf(counts: readonly number[]): number[] {
  return [...counts, ...new Array<number>(USAGE_WIDTH - counts.length).fill(0)]
}

function isLastUse(use: unknown): boolean {
  if (!Array.isArray(use) || use.length !== 4) return false
  return use.every((part, i) => (i === 2 ? isCount(part) : typeof part === 'string'))
}

/** `[text, text, time]` each; none at all is right too. */
function areMoments(list: unknown): list is readonly Moment[] | undefined {
  if (list === undefined) return true
  return Array.isArray(list) && list.every(isMoment)
}

type Moment = readonly [keyId: string, what: string, atMs: number]

function isMoment(moment: unknown): boolean {
  if (!Array.isArray(moment) || moment.length !== 3) return false
  return moment.every((part, i) => (i === 2 ? isCount(part) : typeof part === 'string'))
}

function firstUseOf([keyId, digest, atMs]: Moment): FirstUse {
  return { keyId, digest, atMs }
}

function addressOf([keyId, address, atMs]: Moment): KeyAddress {
  return { keyId, address, atMs }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
