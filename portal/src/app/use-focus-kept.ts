import { useEffect } from 'react'

/** Time for a dialog to give the keyboard back. */
const SETTLED_MS = 50

/**
 * Where what had the focus is taken away, such as a row that is deleted or the button of an empty list, the
 * keyboard goes on at the heading of the page and not at the top of the document. A button that could not be
 * pressed while its work was under way has the keyboard again afterwards.
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
    const giveBack = new MutationObserver((changes) => {
      if (document.activeElement !== document.body) return
      const wasLast = changes.some(({ target }) => target === last)
      if (wasLast && last instanceof HTMLButtonElement) last.focus({ preventScroll: true })
    })
    document.addEventListener('focusin', note)
    observer.observe(document.body, { childList: true, subtree: true })
    giveBack.observe(document.body, { attributeFilter: ['disabled'], subtree: true })
    return () => {
      document.removeEventListener('focusin', note)
      observer.disconnect()
      giveBack.disconnect()
      clearTimeout(timer)
    }
  }, [])
}
