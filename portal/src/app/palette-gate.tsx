import { lazy, useEffect } from 'react'
import { FetchedPart } from './fetched-part.tsx'
import { closePalette, usePaletteState } from './palette-state.ts'
import { useShortcuts } from './use-shortcuts.ts'

const fetchPalette = () => import('./palette.tsx')
const Palette = lazy(fetchPalette)
const ShortcutsDialog = lazy(() => import('./shortcuts-dialog.tsx'))

/** Well after the page, and before anybody types what they are to find. */
const FETCH_AFTER_MS = 2_000

/** Not part of the first load. */
export function PaletteGate() {
  useShortcuts()
  useEffect(() => {
    // Whoever asks for it sees that it cannot be fetched; nobody asked yet.
    const timer = setTimeout(() => void fetchPalette().catch(() => undefined), FETCH_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  const state = usePaletteState()
  if (state === 'closed') return null
  return (
    <FetchedPart what="The search">
      {state === 'palette' ? (
        <Palette onClose={closePalette} />
      ) : (
        <ShortcutsDialog onClose={closePalette} />
      )}
    </FetchedPart>
  )
}
