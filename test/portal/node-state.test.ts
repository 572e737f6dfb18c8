import { expect, it } from 'vitest'
import { nodeStateOf } from '../../portal/src/nodes/node-state.ts'

const well = {
  ...{ name: 'a', connected: true, counts: true, applied_revision: 7 },
  ...{ silent_for_seconds: 1, stale_after_seconds: 90, instances: null, functions: null },
}

it.each([
  ['Up to date', {}, /^Every change is in force there\.$/],
  ['Lagging', { applied_revision: 6 }, /has 1 change still/],
  ['Lagging', { applied_revision: 4 }, /has 3 changes still/],
  ['Starting', { applied_revision: null }, /has not said yet/],
  ['Cut off', { connected: false }, /for 90 s after it last heard of control/],
  ['Cut off', { connected: false, stale_after_seconds: null }, /may go on serving/],
  ['Silent', { counts: false }, /every call with 503/],
])('a data node that is %s says so, and what it means: %o', (word, changes, sentence) => {
  const state = nodeStateOf({ ...well, ...changes }, 7)
  expect(state.word).toBe(word)
  expect(state.sentence).toMatch(sentence)
})
