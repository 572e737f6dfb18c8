import type { KeyboardEvent } from 'react'
import type { AccessRow } from './access-rows.ts'

export type TreeStep =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'open'; readonly namespaces: readonly string[]; readonly isOpen: boolean }

const PAGE = 9
/** Letters that follow each other sooner are one text. */
const TYPING_MS = 700

/** What a key does in a tree whose lines can be ticked; undefined for keys that are not the tree's. */
export function treeStep(
  event: KeyboardEvent,
  rows: readonly AccessRow[],
  active: number,
  typed: { text: string; atMs: number },
): TreeStep | undefined {
  const row = rows[active]
  if (row === undefined || event.ctrlKey || event.altKey || event.metaKey) return undefined
  const move = (to: number): TreeStep => ({
    kind: 'move',
    to: Math.max(0, Math.min(rows.length - 1, to)),
  })
  switch (event.key) {
    case 'ArrowDown':
      return move(active + 1)
    case 'ArrowUp':
      return move(active - 1)
    case 'PageDown':
      return move(active + PAGE)
    case 'PageUp':
      return move(active - PAGE)
    case 'Home':
      return move(0)
    case 'End':
      return move(rows.length - 1)
    case ' ':
    case 'Enter':
      return { kind: 'toggle' }
    case 'ArrowRight':
      return right(row, active)
    case 'ArrowLeft':
      return left(row, rows, active)
    case '*':
      return { kind: 'open', isOpen: true, namespaces: rows.map(({ namespace }) => namespace) }
    default:
      return event.key.length === 1 ? typeAhead(event.key, rows, active, typed) : undefined
  }
}

function right(row: AccessRow, active: number): TreeStep | undefined {
  if (row.kind !== 'namespace' || row.isOpen === undefined) return undefined
  if (row.isOpen) return { kind: 'move', to: active + 1 }
  return { kind: 'open', isOpen: true, namespaces: [row.namespace] }
}

function left(row: AccessRow, rows: readonly AccessRow[], active: number): TreeStep | undefined {
  if (row.kind === 'namespace') {
    return row.isOpen === true
      ? { kind: 'open', isOpen: false, namespaces: [row.namespace] }
      : undefined
  }
  const parent = rows.findLastIndex((one, i) => i < active && one.kind === 'namespace')
  return { kind: 'move', to: parent }
}

function typeAhead(
  letter: string,
  rows: readonly AccessRow[],
  active: number,
  typed: { text: string; atMs: number },
): TreeStep | undefined {
  const nowMs = performance.now()
  const isMore = nowMs - typed.atMs < TYPING_MS
  typed.text = (isMore ? typed.text : '') + letter.toLowerCase()
  typed.atMs = nowMs
  // A text that goes on may stay where it is; a new one looks further.
  const from = active + (typed.text.length > 1 ? 0 : 1)
  for (let step = 0; step < rows.length; step++) {
    const to = (from + step) % rows.length
    if (textOf(rows[to]!).startsWith(typed.text)) return { kind: 'move', to }
  }
  return undefined
}

function textOf(row: AccessRow): string {
  if (row.kind === 'namespace') return row.namespace
  return row.kind === 'function' ? row.name : 'all'
}
