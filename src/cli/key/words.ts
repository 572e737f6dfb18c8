import type { FaasApiKeySerializer } from '../../client/types.ts'
import { formatFunctionName } from '../../domain/names.ts'
import { utcSecondsOrNull } from '../../lib/utc-time.ts'
import { parseExpiry, timeLeft, timeSince } from '../expiry.ts'
import { usage } from '../failure.ts'
import { formatFunctionGrant, formatNamespaceGrant } from '../key-grants.ts'
import { formatLabels } from '../key-labels.ts'
import { print } from '../output.ts'
import { type Column, details } from '../table.ts'
import { rotationText } from './rotate.ts'

/* What people read of a key, and what they write of its times. */

export const COLUMNS: readonly Column<FaasApiKeySerializer>[] = [
  { title: 'KEY', value: (key) => key.name },
  { title: 'STATUS', value: (key) => key.status },
  { title: 'EXPIRES', value: expires },
  { title: 'OPENS', value: opens, flexible: true },
  { title: 'HINT', value: (key) => key.hint },
]

export function printKey(key: FaasApiKeySerializer): void {
  const labels = formatLabels(key.labels)
  print(
    details([
      ['key', key.name],
      ['id', key.id],
      ['description', key.description ?? ''],
      ...(labels === '' ? [] : [['labels', labels] as const]),
      ['status', key.status],
      ...(key.not_before === null || key.not_before === undefined
        ? []
        : [['not before', key.not_before] as const]),
      ['expires', expires(key)],
      ['opens', opens(key)],
      ['hint', key.hint],
      ['rotation', rotationText(key.rotation)],
      ['created', `${key.created_at}${key.issued_by === '' ? '' : ` by ${key.issued_by}`}`],
      ['updated', key.updated_at],
      ['last used', lastUse(key)],
    ]),
  )
}

export function expires(key: Pick<FaasApiKeySerializer, 'expire'>): string {
  if (key.expire === null || key.expire === undefined) return 'never'
  return `${key.expire} (${timeLeft(Date.parse(key.expire), Date.now())})`
}

export function opens(key: Pick<FaasApiKeySerializer, 'functions' | 'namespaces'>): string {
  const grants = [
    ...key.functions.map(formatFunctionGrant),
    ...key.namespaces.map(formatNamespaceGrant),
  ]
  return grants.length === 0 ? 'nothing' : grants.join(', ')
}

function lastUse(key: FaasApiKeySerializer): string {
  const { last_used_at: at, last_used_function: fn, last_used_address: address } = key
  if (at === null) return 'never'
  return useText(at, fn === null ? undefined : formatFunctionName(fn), address)
}

/** From what `Latchkey-Last-Used` says, as a sentence. */
export function lastUseSentence(header: string | null): string | undefined {
  if (header === null) return undefined
  if (header === 'never') return 'No use of it is known; the newest are told within 10 seconds.'
  const [at = '', ...members] = header.split('; ')
  const values = new Map(members.map((member) => member.split('=', 2) as [string, string]))
  return `It was last used ${useText(at, values.get('function'), values.get('address') ?? '')}.`
}

function useText(at: string, fn: string | undefined, address: string): string {
  const where = fn === undefined ? 'for a function that is deleted' : `for ${fn}`
  const from = address === '' ? '' : ` from ${address}`
  return `${at} (${timeSince(Date.parse(at), Date.now())}) ${where}${from}`
}

/** Null for never. */
export function expireText(flag: string): string | null {
  return momentText('--expire', flag)
}

/** Null for always. */
export function notBeforeText(flag: string): string | null {
  return flag === 'always' ? null : momentText('--not-before', flag)
}

function momentText(option: string, flag: string): string | null {
  const expiry = parseExpiry(flag, Date.now())
  switch (expiry.kind) {
    case 'never':
      if (option === '--expire') return null
      throw usage(`${option} cannot be never.`, 'Use `latchkey key disable`.')
    case 'at':
      return utcSecondsOrNull(expiry.ms)
    case 'invalid':
      throw usage(`${option} ${expiry.reason}.`)
  }
}
