const WRITE_EVERY_MS = 500
const TEXT_CHARS_MAX = 64 * 1024

/** Gathers the lines of a build and hands the text on now and then, never twice at a time. */
export class DeployProgress {
  readonly #write: (text: string) => Promise<void>
  #text = ''
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write
  }

  add(line: string): void {
    if (this.#closed) return
    this.#text = `${this.#text}${line}\n`.slice(-TEXT_CHARS_MAX)
    this.#timer ??= setTimeout(() => this.#flush(), WRITE_EVERY_MS)
  }

  /** After this resolves nothing is written any more. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#writing
  }

  #flush(): void {
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write(this.#text))
  }
}
