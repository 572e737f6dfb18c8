import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Cli } from '../helpers/cli.ts'
import { NO_PYTHON, python } from '../helpers/python.ts'
import { cleanUp, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

const CODE = `
import asyncio, time

def handler(event, context):
    path = event.extension.request.path
    if path == "/sleep":
        time.sleep(60)
    if path == "/loop":
        while True:
            sum(range(1000))
    time.sleep(0.5)
    return "in time"

async def on_loop(event, context):
    if event.extension.request.path == "/hang":
        await asyncio.sleep(60)
    await asyncio.sleep(0.5)
    return "in time"
`

let server: TestServer
let cli: Cli
let folder: string

async function deploy(name: string, files: Record<string, string>, manifest: object) {
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  const whole = { namespace: 'py', name, requiresKey: false, timeout: 2, ...manifest }
  await writeFile(join(folder, 'latchkey.json'), JSON.stringify(whole))
  return cli.run(['function', 'deploy', folder])
}

describe.skipIf(python === undefined)(
  `functions in Python (${python ? 'python' : NO_PYTHON})`,
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lk-py-'))
      server = await startServer()
      cli = new Cli({ LATCHKEY_URL: server.apiUrl, LATCHKEY_TOKEN: TEST_TOKEN })
    })
    afterAll(async () => {
      cli.remove()
      await cleanUp(server)
      await rm(folder, { recursive: true, force: true })
    })

    it.each([
      ['handler', '/sleep'],
      ['handler', '/loop'],
      ['on_loop', '/hang'],
    ])('%s%s is answered 504, and fifty others are answered', async (mainMethod, path) => {
      const name = `${mainMethod.replace('_', '-')}-${path.slice(1)}`
      const deployed = await deploy(name, { 'handler.py': CODE }, { mainMethod })
      expect(deployed).toMatchObject({ code: 0 })
      const url = deployed.stdout
        .trim()
        .split(/\s+/)
        .find((word) => word.startsWith('http'))!
      expect((await fetch(url)).status).toBe(200)
      const late = fetch(`${url.replace(/\/$/, '')}${path}`)
      const others = Array.from({ length: 50 }, () => fetch(url).then((answer) => answer.text()))
      expect(await Promise.all(others)).toEqual(Array(50).fill('in time'))
      expect((await late).status).toBe(504)
      expect(await (await fetch(url)).text()).toBe('in time')
    })

    it('code that does not compile and packages that are not there say so', async () => {
      const broken = await deploy('broken', { 'handler.py': 'def handler(:\n' }, {})
      expect(broken.code).toBe(1)
      expect(broken.stderr).toMatch(/SyntaxError: .* at handler\.py:1/)
      const absent = await deploy(
        'absent',
        { 'handler.py': CODE, 'requirements.txt': 'flask==99.99.99\n' },
        {},
      )
      expect(absent.code).toBe(1)
      expect(absent.stderr).toContain('No matching distribution found for flask==99.99.99')
      const method = await deploy(
        'method',
        { 'handler.py': CODE, 'requirements.txt': '' },
        { mainMethod: 'nowhere' },
      )
      expect(method.code).toBe(1)
      expect(method.stderr).toContain('has no function "nowhere"')
    })
  },
)
