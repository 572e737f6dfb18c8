const LOG_CHARS_MAX = 64 * 1024
const LINE_CHARS_MAX = 2_000
/** Who reads a registry's address may see where, and not as whom. */
const CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*(?::[^\s/@]*)?@/gi
const TOKENS = /((?:_authToken|_auth|_password|authorization|bearer)\s*[=: ]\s*)[^\s"']+/gi

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

  clean(text: string): string {
    let cleaned = text
    for (const [path, shown] of this.#hidden) cleaned = cleaned.replaceAll(path, shown)
    return cleaned.replaceAll(CREDENTIALS, '$1').replaceAll(TOKENS, '$1***')
  }
}
