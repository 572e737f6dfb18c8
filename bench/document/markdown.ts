import { type Spread, spreadOf } from '../tools/statistics.ts'

/** A table; the first column is text, the others are numbers. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  return [line(header), line(rule), ...rows.map(line)].join('\n')
}

/** Three digits that count, never more than that many decimals. */
export function figure(value: number): string {
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

/** `12.3 (11.9 to 13.0)`: the median and the range of the rounds. */
export function spread(values: readonly number[]): string {
  const { median, least, most }: Spread = spreadOf(values)
  if (values.length === 1) return figure(median)
  return `${figure(median)} (${figure(least)} to ${figure(most)})`
}

/** As {@link spread}, of counts. */
export function counts(values: readonly number[]): string {
  const { median, least, most }: Spread = spreadOf(values)
  return least === most ? whole(median) : `${whole(median)} (${whole(least)} to ${whole(most)})`
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function megabytes(bytes: number): string {
  return figure(bytes / 1e6)
}
