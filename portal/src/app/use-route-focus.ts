import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigation } from 'react-router'

/**
 * After a page was changed the keyboard stands at its heading, as it would after a load, unless it
 * stands at something of the page that is still there, such as one of its tabs.
 *
 * @returns what is to be read out: the title of the page that was opened last.
 */
export function useRouteFocus(): string {
  const { pathname } = useLocation()
  const isBusy = useNavigation().state !== 'idle'
  const [said, say] = useState('')
  const before = useRef(pathname)
  useEffect(() => {
    if (isBusy || before.current === pathname) return
    before.current = pathname
    const from = document.activeElement
    return whenHeading((heading) => {
      say(document.title)
      const now = document.activeElement
      const wasMoved = now !== from && now !== document.body
      if (!wasMoved && now?.closest('main') === null) heading.focus({ preventScroll: true })
    })
  }, [pathname, isBusy])
  return said
}

/** Calls once the page has its heading: data may have to be fetched for it. */
function whenHeading(then: (heading: HTMLElement) => void): () => void {
  const look = (): boolean => {
    const heading = document.querySelector<HTMLElement>('main h1')
    if (heading !== null) then(heading)
    return heading !== null
  }
  const observer = new MutationObserver(() => {
    if (look()) observer.disconnect()
  })
  // The frame is at hand, and its heading in the next turn at the earliest: effects set the title first.
  const timer = setTimeout(() => {
    if (!look()) observer.observe(document.body, { childList: true, subtree: true })
  })
  return () => {
    clearTimeout(timer)
    observer.disconnect()
  }
}
