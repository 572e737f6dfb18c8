import type { NodeSerializer } from '../../../src/client/types.ts'

export interface NodeState {
  /** As `StatusBadge` knows it. */
  readonly word: 'Up to date' | 'Lagging' | 'Starting' | 'Cut off' | 'Silent'
  /** What it means for those who call functions. */
  readonly sentence: string
}

/** How a data node is, in words. */
export function nodeStateOf(node: NodeSerializer, revision: number): NodeState {
  const { connected, counts, applied_revision: applied, stale_after_seconds: staleAfter } = node
  if (!counts) {
    const sentence = 'It has been silent for so long that it answers every call with 503.'
    return { word: 'Silent', sentence }
  }
  if (!connected) {
    const until =
      staleAfter === null
        ? 'It may go on serving with what it knows.'
        : `It may go on serving with what it knows for ${staleAfter} s after it last heard of control.`
    return { word: 'Cut off', sentence: until }
  }
  if (applied === null) {
    return { word: 'Starting', sentence: 'It has not said yet what it has applied.' }
  }
  if (applied < revision) {
    const behind = revision - applied
    const sentence = `It has ${behind} ${behind === 1 ? 'change' : 'changes'} still to apply.`
    return { word: 'Lagging', sentence }
  }
  return { word: 'Up to date', sentence: 'Every change is in force there.' }
}
