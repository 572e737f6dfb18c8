import { describe, expect, it } from 'vitest'
import {
  changedFields,
  draftOf,
  fieldLines,
  type KeyDraft,
  patchOf,
  withFields,
} from '../../portal/src/keys/edit-draft.ts'
import type { FaasApiKeySerializer } from '../../src/client/types.ts'

const KEY: FaasApiKeySerializer = {
  ...{ id: '1', name: 'partner', description: null, hint: 'lk_…abcd', status: 'Active' },
  ...{ functions: [{ namespace: 'demo', name: 'hello' }], namespaces: [] },
  ...{ labels: { team: 'sales', env: 'prod' }, not_before: null, expire: null, disabled: false },
  ...{ issued_by: 'ops', created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
  ...{ last_used_at: null, last_used_function: null, last_used_address: '', rotation: null },
}
const BEFORE = draftOf(KEY)
const edited = (part: Partial<KeyDraft>): KeyDraft => ({ ...BEFORE, ...part })

describe('what was changed of a key in a form', () => {
  it('is nothing for what says the same in another order', () => {
    const labels = [...BEFORE.labels].reverse()
    const access = { functions: [...BEFORE.access.functions], namespaces: [] }
    expect(changedFields(BEFORE, edited({ labels, access }))).toEqual([])
    expect(changedFields(BEFORE, edited({ labels: [...labels, ['', '']] }))).toEqual([])
  })

  it('is all that is sent', () => {
    expect(patchOf(BEFORE, BEFORE)).toEqual({})
    expect(patchOf(BEFORE, edited({ expire: '2030-01-01T00:00:00Z' }))).toEqual({
      expire: '2030-01-01T00:00:00Z',
    })
    expect(patchOf(BEFORE, edited({ labels: [['team', 'ops']] }))).toEqual({
      labels: { team: 'ops' },
    })
    const access = { functions: [], namespaces: [{ name: 'demo', methods: ['GET'], paths: [] }] }
    expect(patchOf(BEFORE, edited({ access }))).toEqual({
      functions: [],
      namespaces: [{ name: 'demo', methods: ['GET'] }],
    })
  })

  it('is never the state, which is switched elsewhere', () => {
    expect(changedFields(BEFORE, edited({ disabled: true }))).toEqual(['disabled'])
    expect(patchOf(BEFORE, edited({ disabled: true }))).toEqual({})
  })

  it('can be put on what somebody else has made of it', () => {
    const theirs = edited({ description: 'theirs', expire: '2030-01-01T00:00:00Z' })
    const mine = edited({ description: 'mine', name: 'renamed' })
    const merged = withFields(theirs, mine, ['name'])
    expect(merged).toMatchObject({ name: 'renamed', description: 'theirs', expire: theirs.expire })
    expect(patchOf(theirs, merged)).toEqual({ name: 'renamed' })
  })

  it('is told in words', () => {
    expect(fieldLines(BEFORE, 'description')).toEqual(['empty'])
    expect(fieldLines(BEFORE, 'labels')).toEqual(['env=prod', 'team=sales'])
    expect(fieldLines(BEFORE, 'access')).toEqual(['demo/hello'])
    expect(fieldLines(edited({ access: { functions: [], namespaces: [] } }), 'access')).toEqual([
      'none',
    ])
    expect(fieldLines(BEFORE, 'expire')).toEqual(['never'])
    expect(fieldLines(BEFORE, 'notBefore')).toEqual(['always'])
    expect(fieldLines(edited({ disabled: true }), 'disabled')).toEqual(['disabled'])
  })
})
