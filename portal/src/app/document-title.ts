import { useEffect } from 'react'

/** What the browser's tab and its history call the page. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Latchkey`
  }, [title])
}
