import { useSyncExternalStore } from 'react'

export type PaletteState = 'closed' | 'palette' | 'shortcuts'

const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)
export const PALETTE_KEYS = isApple ? '⌘ K' : 'Ctrl K'

let state: PaletteState = 'closed'
const listeners = new Set<() => void>()

export function usePaletteState(): PaletteState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

export const openPalette = () => change('palette')
export const openShortcuts = () => change('shortcuts')
export const closePalette = () => change('closed')

function change(next: PaletteState): void {
  state = next
  for (const listener of listeners) listener()
}
