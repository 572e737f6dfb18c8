import { closeSync, openSync } from 'node:fs'

/**
 * A terminal that is closed sends SIGHUP too: then whoever started the server there expects it to end,
 * while an operator who sends the signal wants something else of it.
 */
export function watchTerminal(): { isGone(): boolean } {
  const hadTerminal = hasTerminal()
  return { isGone: () => hadTerminal && !hasTerminal() }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    // What the system says when this process has none, or has none any more.
    return false
  }
}
