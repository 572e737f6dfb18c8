import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useCurrentScope } from './current-scope.ts'
import { openPalette, openShortcuts } from './palette-state.ts'
import { GO_KEYS } from './shortcuts.ts'

/** How long `g` waits for what it leads to. */
const SECOND_KEY_MS = 1_500

/** Those that hold on every page. Single keys do nothing where one types, and in dialogs. */
export function useShortcuts(): void {
  const navigate = useNavigate()
  const scope = useCurrentScope()
  useEffect(() => {
    let goUntilMs = 0
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || !isFree(event.target)) return
      const isSecond = event.timeStamp < goUntilMs
      goUntilMs = 0
      const there = isSecond ? GO_KEYS.find(({ key }) => key === event.key) : undefined
      if (there !== undefined) navigate(there.place(scope))
      else if (event.key === 'g') goUntilMs = event.timeStamp + SECOND_KEY_MS
      else if (event.key === '?') openShortcuts()
      else if (event.key === '/' && focusSearch()) event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate, scope])
}

/** To the search of the page; false when it has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search-field]')
  field?.focus()
  return field !== null
}

function isFree(target: EventTarget | null): boolean {
  if (document.querySelector('[role=dialog][aria-modal=true]') !== null) return false
  if (!(target instanceof HTMLElement)) return true
  if (target.isContentEditable || target.closest('[role=menu], [role=listbox]')) return false
  return !/^(input|textarea|select)$/i.test(target.tagName)
}
