const LOG_CHARS_MAX = 64 * 1024
const LINE_CHARS_MAX = 2_000
/**
 * Who reads a registry's address may see where, and not as whom. Bounded, because whatever a tool writes goes
 * through here.
 */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#]{0,500}@/gi
const TOKENS =
  /((?:_authToken|_auth|_password|authorization)\s{0,3}[=: ]\s{0,3}(?:(?:bearer|basic)\s{1,3})?|\bbearer\s{1,3})[^\s"']+/gi

/** What the operator reads about a build: bounded, without secrets and server paths, told line by line. */
export class BuildLog {
  #text = ''
  #last = ''
  readonly #onLine: (line: string) => void
  /** Longest first, so that none hides another. */
  #hidden: readonly (readonly [path: string, shown: string])[] = []

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  get text(): string {
    return this.#text
  }

  /** From now on the path is shown as something else. */
  hide(path: string, shown: string): void {
    const pairs = [...this.#hidden, [path, shown] as const]
    this.#hidden = pairs.sort(([a], [b]) => b.length - a.length)
  }

  /** Whole lines. */
  add(text: string): void {
    for (const line of this.clean(text).split('\n')) {
      const shown = line.trimEnd().slice(0, LINE_CHARS_MAX)
      // Some tools repeat a line for as long as they wait.
      if (shown === '' || shown === this.#last) continue
      this.#last = shown
      this.#text = `${this.#text}${shown}\n`.slice(-LOG_CHARS_MAX)
      this.#onLine(shown)
    }
  }

  /** Whether every line of the text was said already. */
  holds(text: string): boolean {
    const lines = this.clean(text).split('\n')
    return lines.every((line) => this.#text.includes(line.trimEnd().slice(0, LINE_CHARS_MAX)))
  }

  clean(text: string): string {
    let cleaned = text
    for (const [path, shown] of this.#hidden) cleaned = cleaned.replaceAll(path, shown)
    return cleaned.replaceAll(CREDENTIALS, '$1').replaceAll(TOKENS, '$1***')
  }
}
