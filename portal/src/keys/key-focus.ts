import { useCallback, useEffect, useRef } from 'react'

/**
 * Where the keyboard goes on after a dialog that was opened from a menu or a button. To be told before it
 * opens; a menu's own item is gone by then, so its button is kept.
 */
export function useFocusBack(isOpen: boolean) {
  const opener = useRef<HTMLElement | null>(null)
  const wasOpen = useRef(false)
  const remember = useCallback(() => {
    const active = document.activeElement as HTMLElement | null
    const menu = active?.closest('[role=menu]')
    opener.current = menu ? document.querySelector(`[aria-controls="${menu.id}"]`) : active
  }, [])
  /** What opened it will not be there any more. */
  const forget = useCallback(() => {
    opener.current = null
  }, [])
  useEffect(() => {
    if (wasOpen.current && !isOpen) {
      const back = opener.current?.isConnected ? opener.current : document.querySelector('h1')
      back?.focus()
    }
    wasOpen.current = isOpen
  }, [isOpen])
  return { remember, forget }
}
