import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '../../bin/latchkey.js')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What standard input holds; nothing when absent. */
  readonly stdin?: string
  readonly cwd?: string
}

/** The real command, as a child process with a home folder of its own. */
export class Cli {
  readonly home = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
  readonly env: Record<string, string>
  /** Everything that was written to standard error so far. */
  stderr = ''

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, 'config'),
      // One for all, so that not every run compiles everything again.
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/latchkey-tests'),
      ...env,
    }
  }

  get credentialsFile(): string {
    return join(this.home, 'config', 'latchkey', 'credentials.json')
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const child = spawn(process.execPath, [BIN, ...args], {
      env: { ...this.env, ...options.env },
      cwd: options.cwd ?? this.home,
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A command that does not read its input may be gone before it is written.
    child.stdin.on('error', () => {})
    child.stdin.end(options.stdin ?? '')
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const ended = { code, stdout: text(stdout), stderr: text(stderr) }
    this.stderr += ended.stderr
    return ended
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true })
  }
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString()
}
