import { lazy, Suspense } from 'react'
import { closePalette, usePaletteState } from './palette-state.ts'
import { useShortcuts } from './use-shortcuts.ts'

const Palette = lazy(() => import('./palette.tsx'))
const ShortcutsDialog = lazy(() => import('./shortcuts-dialog.tsx'))

/** Fetched when they are first wanted. */
export function PaletteGate() {
  useShortcuts()
  const state = usePaletteState()
  if (state === 'closed') return null
  return (
    <Suspense>
      {state === 'palette' ? (
        <Palette onClose={closePalette} />
      ) : (
        <ShortcutsDialog onClose={closePalette} />
      )}
    </Suspense>
  )
}
