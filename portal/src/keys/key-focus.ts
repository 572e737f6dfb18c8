import { useCallback, useEffect, useRef } from 'react'

/** Where the keyboard goes on after a dialog, which is to be told before that opens: at what opened it. */
export function useFocusBack(isOpen: boolean) {
  const opener = useRef<HTMLElement | null>(null)
  const wasOpen = useRef(false)
  const remember = useCallback(() => {
    opener.current = document.activeElement as HTMLElement | null
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
