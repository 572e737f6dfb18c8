import { Tooltip } from '@mantine/core'
import { useEffect, useReducer } from 'react'
import { localTime, relativeTime, utcTime } from './times.ts'

const AGAIN_AFTER_MS = 30_000

export interface TimeTextProps {
  /** As the API tells it; null and undefined for never. */
  readonly time: string | null | undefined
  /** What stands there for null. */
  readonly never?: string
}

/** A moment in the reader's zone; UTC when pointed at or focused. */
export function TimeText({ time, never = '—' }: TimeTextProps) {
  if (time === null || time === undefined) return <>{never}</>
  return <Moment time={time} text={localTime(time)} title={utcTime(time)} />
}

/** How far off a moment is, `in 7 days`; the moment itself when pointed at or focused. */
export function RelativeTime({ time, never = '—' }: TimeTextProps) {
  const nowMs = useNowMs()
  if (time === null || time === undefined) return <>{never}</>
  const title = `${localTime(time)} · ${utcTime(time)}`
  return <Moment time={time} text={relativeTime(time, nowMs)} title={title} />
}

/** For what is told as so far from now: looked at again by itself. */
export function useNowMs(): number {
  const [, lookAgain] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = setInterval(lookAgain, AGAIN_AFTER_MS)
    return () => clearInterval(timer)
  }, [])
  return Date.now()
}

function Moment(props: { readonly time: string; readonly text: string; readonly title: string }) {
  return (
    <Tooltip label={props.title}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must open for the keyboard too */}
      <time dateTime={props.time} tabIndex={0}>
        {props.text}
      </time>
    </Tooltip>
  )
}
