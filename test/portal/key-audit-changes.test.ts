import { describe, expect, it } from 'vitest'
import { changesOf } from '../../portal/src/keys/key-audit-changes.ts'

describe('what a row of the audit tells to be changed', () => {
  it('is nothing where something was made or deleted', () => {
    expect(changesOf({ before: null, after: { name: 'partner' } })).toEqual([])
    expect(changesOf({ before: { name: 'partner' }, after: null })).toEqual([])
  })

  it('is what is different, in words', () => {
    const before = { name: 'partner', expire: null, functions: ['demo/hello'], labels: {} }
    const limited = { name: 'demo/hello', methods: ['GET'], paths: ['/orders'] }
    const after = {
      ...{ name: 'partner', expire: '2030-01-01T00:00:00Z', functions: [limited] },
      ...{ labels: { team: 'sales' }, rotation: { grace_seconds: 60, old_hint: 'lk_…abcd' } },
    }
    expect(changesOf({ before, after })).toEqual([
      { member: 'expire', before: 'none', after: '2030-01-01T00:00:00Z' },
      { member: 'functions', before: 'demo/hello', after: 'demo/hello (GET under /orders)' },
      { member: 'labels', before: 'none', after: 'team sales' },
      { member: 'rotation', before: 'none', after: 'grace_seconds 60, old_hint lk_…abcd' },
    ])
  })
})
