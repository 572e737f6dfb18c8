import { useEffect } from 'react'

/** Time for a dialog to give the keyboard back. */
const SETTLED_MS = 50

/**
 * Where what had the focus is taken away, such as a row that is deleted or the button of an empty list, the
 * keyboard goes on at the heading of the page and not at the top of the document.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let last: Element | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const note = ({ target }: FocusEvent) => {
      last = target instanceof Element ? target : null
    }
    const isLost = () =>
      last !== null && !last.isConnected && document.activeElement === document.body
    const settle = () => {
      timer = undefined
      if (isLost()) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
    }
    const observer = new MutationObserver(() => {
      if (timer === undefined && isLost()) timer = setTimeout(settle, SETTLED_MS)
    })
    document.addEventListener('focusin', note)
    observer.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', note)
      observer.disconnect()
      clearTimeout(timer)
    }
  }, [])
}
