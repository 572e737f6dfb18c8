import { once } from 'node:events'
import { writeSync } from 'node:fs'

/** Data: what a program behind a pipe reads. */
export function print(text: string): void {
  process.stdout.write(text)
}

/** The same for streams of any length: resolves when more may be written. */
export async function printChunk(chunk: Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
}

export function printLine(text: string): void {
  print(`${text}\n`)
}

/** The API's answer as it came, for programs. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, null, 2))
}

/** Everything that is not data: progress, notes, questions. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** `latchkey key list | head -1` closes the pipe early: that is no failure. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      writeSync(2, `error: the output cannot be written: ${error.message}\n`)
      process.exit(1)
    })
  }
}
