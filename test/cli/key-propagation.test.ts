import { afterAll, beforeAll, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

let api: TestApi
let cli: Cli

beforeAll(async () => {
  api = await startApi()
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
})
afterAll(async () => {
  await api?.close()
  cli?.remove()
})

const key = (...args: string[]) => cli.run(['key', ...args])

it('a key’s propagation is shown node by node, and in a sentence that names those to wait for', async () => {
  await key('create', 'partner')
  const everywhere = await key('propagation', 'partner')
  expect(everywhere).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^NODE +CONNECTED +APPLIED +REVISION +SILENT FOR\nnode-a +yes +yes +\d+ +1 s *\n$/,
    ),
    stderr: expect.stringMatching(
      /^The newest change of partner \(revision \d+\) is in force everywhere\.\n$/,
    ),
  })
  api.laggards.push('node-b')
  await key('delete', 'partner', '--yes')
  const { stdout, stderr } = await key('propagation', 'partner')
  expect(stdout).toMatch(/^node-b +yes +no +\d+ +60 s *$/m)
  expect(stderr).toMatch(
    /^The deletion of partner \(revision \d+\) is not in force on node-b: what it takes away may still be let through there\.\n$/,
  )
  api.laggards.pop()
  const { key_id: id } = JSON.parse((await key('propagation', 'partner', '--json')).stdout)
  expect(JSON.parse((await key('propagation', id, '--json')).stdout)).toMatchObject({
    key: 'partner',
    deleted: true,
    state: 'applied',
  })
  expect((await key('propagation', 'nobody')).code).not.toBe(0)
})
