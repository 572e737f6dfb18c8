import { CommanderError } from 'commander'
import { exitCode } from './exit-codes.ts'
import { explain } from './failure.ts'
import { endQuietlyOnClosedPipe } from './output.ts'
import { buildProgram } from './program.ts'

/** Runs one command line and sets the process's exit code. */
export async function run(args: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe()
  const noun = args[0] ?? ''
  try {
    const program = await buildProgram(noun)
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = end(error, noun)
  }
}

function end(error: unknown, noun: string): number {
  if (error instanceof CommanderError) {
    // Help and version were asked for and printed; everything else was a wrong command line.
    return error.exitCode === 0 ? exitCode('ok') : exitCode('usage')
  }
  const explained = explain(error, noun)
  process.stderr.write(explained.text)
  return explained.exitCode
}
