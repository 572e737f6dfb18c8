import { plainText } from './plain-text.ts'

const LINES_MAX = 2_000

/** The newest lines of a build with one more; one of nothing but a terminal's colours is none. */
export function withLine(lines: readonly string[], line: string): readonly string[] {
  const text = plainText(line)
  return text === '' && line !== '' ? lines : [...lines, text].slice(-LINES_MAX)
}
