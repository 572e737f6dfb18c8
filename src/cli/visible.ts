const COLOURS = /\u001b\[[0-9;]*m/g
// C0, DEL and C1, and the marks that reorder a line: what could move a cursor or hide text.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/**
 * Text from elsewhere as a terminal may show it: colours dropped, other control characters written
 * out (`\x1b`). The characters in `kept` stay.
 */
export function visible(text: string, kept = ''): string {
  return text
    .replace(COLOURS, '')
    .replace(CONTROLS, (character) =>
      kept.includes(character) ? character : writtenOut(character),
    )
}

function writtenOut(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return ' '
  const code = character.codePointAt(0)!
  return code < 256
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}
