import { Tooltip } from '@mantine/core'

const WITH_DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export interface TimeTextProps {
  /** As the API tells it; null and undefined for never. */
  readonly time: string | null | undefined
  /** What stands there for null. */
  readonly never?: string
}

/** A moment in the reader's zone; UTC when pointed at or focused. */
export function TimeText({ time, never = '—' }: TimeTextProps) {
  if (time === null || time === undefined) return <>{never}</>
  const date = new Date(time)
  const utc = `${date.toISOString().replace('T', ' ').replace('.000Z', '')} UTC`.replace(
    'Z UTC',
    ' UTC',
  )
  return (
    <Tooltip label={utc} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must open for the keyboard too */}
      <time dateTime={time} tabIndex={0}>
        {WITH_DATE.format(date)}
      </time>
    </Tooltip>
  )
}
