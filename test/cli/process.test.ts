import { execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EXIT_REFUSED } from '../../src/server/role-messages.ts'
import { Cli } from '../helpers/cli.ts'

const BIN = join(import.meta.dirname, '../../bin/latchkey.js')

let cli: Cli
beforeEach(() => {
  cli = new Cli({ LATCHKEY_TOKEN: '1$0123456789abcdef' })
})
afterEach(() => cli.remove())

describe('the process', () => {
  it('prints its version', async () => {
    expect(await cli.run(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' })
  })

  it('ends with 5 and says what to do when no server is there', async () => {
    const away = await cli.run(['key', 'list', '--url', 'http://127.0.0.1:1'])
    expect(away).toMatchObject({ code: 5, stdout: '' })
    expect(away.stderr).toMatch(/^error: .*127\.0\.0\.1:1/)
    expect(away.stderr).toMatch(/^next: /m)
  })

  it('shows what a hostile server says without obeying it', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(400)
      response.end(
        JSON.stringify({
          message: 'a\u001b[2J\u0007b',
          errors: [{ field: '\u001b[1A', message: '\u009b' }],
        }),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { stderr, code } = await cli.run(['key', 'list', '--url', url])
    server.close()
    expect(code).toBe(1)
    expect(stderr).toBe('error: a\\x1b[2J\\x07b\n  \\x1b[1A: \\x9b\n')
  })

  it('hands the flags of serve on as they were written', async () => {
    const refused = await cli.run(['serve', '--api-port', 'nope', '--queue-length=x', '--no-demo'])
    expect(refused.code).toBe(EXIT_REFUSED)
    expect(refused.stderr).toMatch(/--api-port must be .* not "nope"/)
    expect(refused.stderr).toMatch(/--queue-length must be .* not "x"/)
    expect((await cli.run(['serve', '--config', 'none.json'])).stderr).toContain('none.json')
  })

  it('has a name for the old Node that cannot run it', () => {
    const old = oldNode()
    if (old === undefined) return console.log('skipped: there is no Node older than 24 here')
    const run = () => execFileSync(old, [BIN, '--version'], { stdio: 'pipe', encoding: 'utf8' })
    expect(run).toThrow(/latchkey needs Node 24 or later/)
  })

  it('is content when the reader of its output leaves early', async () => {
    const child = spawn(process.execPath, [BIN, 'function', 'create', '--help'], { env: cli.env })
    child.stdout.destroy()
    child.stderr.resume()
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
  })
})

describe('on a terminal', () => {
  const hasScript = canRun('script', ['--version'])

  it.skipIf(!hasScript)('a token is typed without echo, and a deletion asks', async () => {
    const requests: string[] = []
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.headers.authorization}`)
      if (request.method === 'DELETE') response.writeHead(204).end()
      else response.end('{"count":0,"results":[]}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    const login = await terminal(['login', url], 'API token', '2$typed-secret-value\r')
    expect(login.output).toContain(`Logged in to ${url}`)
    expect(login.output).not.toContain('typed-secret')
    expect(requests).toEqual(['GET apikey 2$typed-secret-value'])

    const no = await terminal(['key', 'delete', 'web', '--url', url], '[y/N]', 'n\r')
    expect(no.output).toContain('Nothing was deleted')
    expect(requests).toHaveLength(1)
    await terminal(['key', 'delete', 'web', '--url', url], '[y/N]', 'y\r')
    expect(requests[1]).toMatch(/^DELETE/)
    server.close()
  })

  /** Types the answer when the question has come. */
  async function terminal(args: string[], question: string, answer: string) {
    const command = [process.execPath, BIN, ...args].map((a) => `'${a}'`).join(' ')
    const child = spawn('script', ['-qec', command, '/dev/null'], { env: cli.env })
    let output = ''
    let asked = false
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (asked || !output.includes(question)) return
      asked = true
      child.stdin.write(answer)
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    return { output, code }
  }
})

function oldNode(): string | undefined {
  const candidates = ['/usr/local/bin/node', '/usr/bin/node']
  return candidates.find((path) => {
    if (!canRun(path, ['--version'])) return false
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' })
    return Number(version.slice(1).split('.')[0]) < 24
  })
}

function canRun(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
