import type { KeyFindingKindChoices } from '../../../src/client/types.ts'
import { type ListParams, PAGE_SIZE } from '../ui/list-params.ts'

export const DAYS = ['30', '90', '180', '365']
export const DAYS_UNLESS_TOLD = '90'

export const FINDING_WORDS: Readonly<Record<KeyFindingKindChoices, string>> = {
  never_used: 'Never used',
  unused: 'Not used any more',
  unused_namespace: 'Namespace not called',
  unused_function: 'Function not called',
  broad_namespace: 'Opens more than it calls',
  opens_nothing: 'Opens nothing',
  old_secret: 'Old secret',
  never_expires: 'Never expires',
  disabled: 'Disabled',
  expired: 'Expired',
}
export const KINDS = Object.keys(FINDING_WORDS) as KeyFindingKindChoices[]

/** What the page's address asks for; what it has that means nothing is left out. */
export function reviewQueryOf(params: ListParams) {
  const kind = kindOf(params)
  return {
    ...{ days: Number(daysOf(params)), order_by: orderOf(params) },
    ...{ limit: PAGE_SIZE, offset: params.offset },
    ...(kind !== undefined && { kind: [kind] }),
  }
}

export function daysOf(params: ListParams): string {
  return DAYS.find((one) => one === params.get('days')) ?? DAYS_UNLESS_TOLD
}

export function kindOf(params: ListParams): KeyFindingKindChoices | undefined {
  return KINDS.find((one) => one === params.get('kind'))
}

export function orderOf(params: ListParams): 'name' | 'severity' {
  return params.get('order') === 'name' ? 'name' : 'severity'
}
