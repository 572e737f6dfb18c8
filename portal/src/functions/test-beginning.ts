import type { TestMethodChoices } from '../../../src/client/types.ts'
import { FIRST_DRAFT, METHODS, type TestDraft } from './test-request.ts'

/** What the form of a test is filled in with by who leads there. Never a secret: it stands in the address. */
export interface TestBeginning {
  readonly method?: TestMethodChoices
  /** Path and query. */
  readonly path?: string
  /** JSON. */
  readonly body?: string
  /** The name of a key. */
  readonly key?: string | undefined
}

const NAMES = ['method', 'path', 'body', 'key'] as const

/** What the address of the test has after its path; empty for nothing. */
export function searchOf(beginning: TestBeginning): string {
  const given = NAMES.flatMap((name) => {
    const value = beginning[name]
    return value === undefined ? [] : [[name, value]]
  })
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** What the form begins with where the address has this after its path. */
export function draftFrom(search: URLSearchParams): TestDraft {
  const method = METHODS.find((one) => one === search.get('method')) ?? FIRST_DRAFT.method
  return {
    ...FIRST_DRAFT,
    method,
    path: search.get('path') || FIRST_DRAFT.path,
    body: search.get('body') ?? FIRST_DRAFT.body,
    key: search.get('key') || FIRST_DRAFT.key,
  }
}
