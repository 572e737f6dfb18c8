import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { until } from '../gateway/harness.ts'

const SRC = join(import.meta.dirname, '../../src')

/** Writes 4,000 lines of 1,000 bytes in batches; says on standard error when all are given and when it ends. */
const PROGRAM = `
  import { Backlog } from '${SRC}/lib/backlog.ts'
  import { standardOutput } from '${SRC}/observability/line-sink.ts'
  import { LineWriter } from '${SRC}/observability/line-writer.ts'
  import { silentLogger } from '${SRC}/observability/logger.ts'
  const backlog = new Backlog(2_000_000)
  const writer = new LineWriter({ sink: standardOutput(), backlog, logger: silentLogger(), name: 'test' })
  const line = (i) => JSON.stringify({ i, filler: 'x'.repeat(980) }) + '\\n'
  for (let i = 0; i < 4000; i += 50) {
    const lines = Buffer.from(Array.from({ length: 50 }, (_, j) => line(i + j)).join(''))
    if (backlog.tryAdd(lines.length)) writer.write(lines, 50)
    else backlog.drop(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
  process.stderr.write('given\\n')
  if (process.argv[1] === 'wait') await new Promise((resolve) => process.stdin.once('data', resolve))
  await writer.close()
  process.stderr.write('dropped ' + backlog.dropped + '\\n')
  process.exit(0)
`

const NODE = [process.execPath, '--input-type=module', '-e', PROGRAM]

/** What Node gives a child is a pair of sockets; a shell's pipe is a pipe. */
function run(reader: string, argument: string) {
  const command = `"$0" "$@" 3<&- | { ${reader}; }`
  const child = spawn('sh', ['-c', command, ...NODE, argument], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  return {
    child,
    stdout: text(child.stdout),
    readNow: () => (child.stdio[3] as Writable).end('now\n'),
  }
}

describe('lines to a pipe', () => {
  it('all arrive when the reader keeps up', async () => {
    const { child, stdout } = run('cat', '')
    const [out, err] = await Promise.all([stdout, text(child.stderr)])
    const dropped = Number(/dropped (\d+)/.exec(err)![1])
    const lines = out.split('\n').slice(0, -1)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(lines.length + dropped).toBe(4000)
    expect(lines.length).toBeGreaterThan(1000)
  })

  it('are dropped when nobody reads, and neither stop the program nor come in pieces', async () => {
    const { child, stdout, readNow } = run('read now <&3; cat', 'wait')
    const err: string[] = []
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => err.push(chunk))
    // More than the pipe and the backlog take together.
    await until(() => err.join('').includes('given'))
    child.stdin.write('go on\n')
    await until(() => err.join('').includes('dropped'))
    readNow()
    const lines = (await stdout).split('\n').slice(0, -1)
    expect(Number(/dropped (\d+)/.exec(err.join(''))![1])).toBeGreaterThan(0)
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  })
})
