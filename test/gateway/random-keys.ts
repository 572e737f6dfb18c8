import fc from 'fast-check'
import type { KeyEntry } from '../../src/domain/routes.ts'

/** What few keys have: undefined for most. */
export function rareMembers(functionIds: readonly string[], namespaceIds: readonly string[]) {
  const limits = fc.record({
    id: fc.constantFrom(...functionIds, ...namespaceIds),
    methods: fc.subarray(['GET', 'POST']),
    paths: fc.subarray(['/a', '/größe']),
  })
  const partial = limits.filter(({ methods, paths }) => methods.length + paths.length > 0)
  const mark = fc.option(fc.constant(true as const), { nil: undefined, freq: 2 })
  return {
    namespaceIds: rarely(fc.subarray([...namespaceIds], { minLength: 1 })),
    limited: rarely(fc.array(partial, { minLength: 1, maxLength: 3 })),
    notBeforeMs: rarely(fc.integer()),
    isDisabled: mark,
    isOld: mark,
    hasOld: mark,
    isAwaited: mark,
  }
}

function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: 2 })
}

/** As it comes over the feed: what is undefined is absent. */
export function asEntry(members: { readonly [name in keyof KeyEntry]: unknown }): KeyEntry {
  return JSON.parse(JSON.stringify(members)) as KeyEntry
}
