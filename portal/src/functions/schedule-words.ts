const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
]

/**
 * A schedule in words: `At 02:30 every day`. Undefined for what has no fields enough; whether they mean anything
 * is for others to say.
 */
export function scheduleWords(schedule: string): string | undefined {
  const fields = schedule.trim().toUpperCase().split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6) return undefined
  const [second, minute, hour, day, month, weekday] =
    fields.length === 6 ? (fields as string[]) : ['0', ...fields]
  const days = daysOf(day!, weekday!)
  const times = timesOf(second!, minute!, hour!)
  const when = days === '' && times.isAtTimes ? ' every day' : days
  const months = isAny(month!) ? '' : ` in ${named(month!, (text) => monthOf(text))}`
  return `${times.words}${when}${months}`
}

function timesOf(second: string, minute: string, hour: string) {
  const seconds = second === '0' ? '' : secondsOf(second)
  const all = (words: string) => ({
    words: seconds === '' ? words : `${seconds}, ${lower(words)}`,
    isAtTimes: false,
  })
  if (isAny(minute) && isAny(hour)) {
    return seconds === '' ? all('Every minute') : { words: seconds, isAtTimes: false }
  }
  const step = stepOf(minute)
  if (isAny(hour)) {
    if (step !== undefined) return all(`Every ${step} minutes`)
    return all(
      minute === '0' ? 'Every hour, on the hour' : `Every hour, at ${counted('minute', minute)}`,
    )
  }
  const hours = hour.split(',')
  if (/^\d+$/.test(minute) && hours.every((one) => /^\d+$/.test(one))) {
    const clock = hours.map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`)
    return { ...all(`At ${joined(clock)}`), isAtTimes: true }
  }
  const every = stepOf(hour)
  const ofHours =
    every === undefined ? `in ${counted('hour', hour)}` : `in every ${ordinal(every)} hour`
  if (isAny(minute)) return all(`Every minute ${ofHours}`)
  if (step !== undefined) return all(`Every ${step} minutes ${ofHours}`)
  return all(`At ${counted('minute', minute)} ${ofHours}`)
}

function secondsOf(second: string): string {
  if (isAny(second)) return 'Every second'
  const step = stepOf(second)
  return step === undefined ? `At ${counted('second', second)}` : `Every ${step} seconds`
}

/** With both, either is enough. */
function daysOf(day: string, weekday: string): string {
  const ofWeek = isAny(weekday) ? '' : ` on ${named(weekday, dayOf)}`
  const step = stepOf(day)
  const ofMonth = isAny(day)
    ? ''
    : step === undefined
      ? ` on ${counted('day', day)} of the month`
      : ` on every ${ordinal(step)} day of the month`
  if (ofWeek !== '' && ofMonth !== '') return `${ofMonth} and${ofWeek}`
  return ofMonth + ofWeek
}

function isAny(field: string): boolean {
  return field === '*' || field === '?' || field === '*/1'
}

function stepOf(field: string): string | undefined {
  return /^(?:\*|0)\/(\d+)$/.exec(field)?.[1]
}

/** `minute 5`, `minutes 5 and 35`, `hours 8 to 18`. */
function counted(unit: string, field: string): string {
  const isOne = /^\w+$/.test(field)
  return `${unit}${isOne ? '' : 's'} ${named(field, (text) => text)}`
}

function named(field: string, name: (text: string) => string): string {
  const parts = field.split(',').map((part) => {
    const [range = '', step] = part.split('/')
    const words = range.split('-').map(name).join(' to ')
    return step === undefined ? words : `${words}, every ${ordinal(step)}`
  })
  return joined([...new Set(parts)])
}

function dayOf(text: string): string {
  const number = Number(text)
  const day = Number.isInteger(number)
    ? DAYS[number % 7]
    : DAYS.find((one) => one.toUpperCase().startsWith(text))
  return day ?? text
}

function monthOf(text: string): string {
  const number = Number(text)
  const month = Number.isInteger(number)
    ? MONTHS[number - 1]
    : MONTHS.find((one) => one.toUpperCase().startsWith(text))
  return month ?? text
}

function ordinal(count: string): string {
  const words: Readonly<Record<string, string>> = { 2: 'second', 3: 'third' }
  return words[count] ?? `${count}th`
}

function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
