import { useCallback, useEffect, useRef } from 'react'

/** Whether the component is still there: a change may end long after its page was left. */
export function useIsHere(): () => boolean {
  const isHere = useRef(false)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  return useCallback(() => isHere.current, [])
}
