import { Text } from '@mantine/core'
import { TimeText } from '../ui/time-text.tsx'
import { timeZone } from '../ui/times.ts'
import { scheduleWords } from './schedule-words.ts'

export interface NextRunsProps {
  readonly schedule: string
  readonly timezone: string
  readonly times: readonly string[]
}

/** A schedule in words, and when that is next. */
export function NextRuns({ schedule, timezone, times }: NextRunsProps) {
  if (times.length === 0) return null
  return (
    <>
      <Text size="sm" fw={600}>
        {scheduleWords(schedule)}
        {timezone !== timeZone() && `, by the clocks of ${timezone}`}
      </Text>
      <Text size="sm" component="div">
        Next:{' '}
        {times.map((time, i) => (
          <span key={time}>
            {i > 0 && '; '}
            <TimeText time={time} />
          </span>
        ))}
      </Text>
    </>
  )
}
