import { visible } from './visible.ts'

export interface Column<T> {
  readonly title: string
  readonly value: (row: T) => string
  /** Whether the column may be cut when the terminal is too narrow. */
  readonly flexible?: boolean
}

const GAP = '  '
const FLEXIBLE_WIDTH_MIN = 8
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const WIDTHLESS = /\p{Mn}|\p{Me}|\p{Cf}/u

/**
 * Aligned columns, a line a row, the last line ended.
 * @param width - Columns of the terminal; undefined cuts nothing.
 */
export function table<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number | undefined,
): string {
  const lines = [
    columns.map((c) => c.title),
    ...rows.map((r) => columns.map((c) => visible(c.value(r)))),
  ]
  const widths = fitted(columns, natural(lines), width)
  return lines.map((cells) => `${renderLine(cells, widths)}\n`).join('')
}

/** `name: value` in two aligned columns. */
export function details(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length)) + 1
  return pairs.map(([name, value]) => `${`${name}:`.padEnd(width)} ${visible(value)}\n`).join('')
}

/** The width that tables on standard output have to keep to; a terminal that does not know its own says 0. */
export function outputWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || undefined : undefined
}

function natural(lines: readonly string[][]): number[] {
  return lines[0]!.map((_, i) => Math.max(...lines.map((cells) => displayWidth(cells[i]!))))
}

/** Takes what is missing from the widest flexible column, a character at a time. */
function fitted<T>(
  columns: readonly Column<T>[],
  widths: readonly number[],
  width: number | undefined,
): number[] {
  const result = [...widths]
  if (width === undefined) return result
  const gaps = GAP.length * (columns.length - 1)
  let missing = result.reduce((sum, w) => sum + w, gaps) - width
  for (; missing > 0; missing--) {
    const widest = columns
      .map((column, i) => ({ i, w: column.flexible === true ? result[i]! : 0 }))
      .reduce((a, b) => (b.w > a.w ? b : a))
    if (widest.w <= FLEXIBLE_WIDTH_MIN) break
    result[widest.i]! -= 1
  }
  return result
}

function renderLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => {
      const cut = truncate(cell, widths[i]!)
      return cut + ' '.repeat(Math.max(0, widths[i]! - displayWidth(cut)))
    })
    .join(GAP)
    .trimEnd()
}

function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let cut = ''
  let used = 0
  for (const character of text) {
    used += displayWidth(character)
    if (used > width - 1) break
    cut += character
  }
  return `${cut}…`
}

function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (!WIDTHLESS.test(character)) width += WIDE.test(character) ? 2 : 1
  }
  return width
}
