import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { signatureHeaders } from '../../src/notify/webhook-signature.ts'
import { NO_PYTHON, python } from '../helpers/python.ts'

const run = promisify(execFile)
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8')
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const OTHER = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
const BODY = '{"type":"key.created","name":"ü"}'

const folder = mkdtempSync(join(tmpdir(), 'lk-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

function example(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(PAGE)
  return found![1]!
}

/** What the example must say of each: right, signed with two, of another, changed, old, without headers. */
function cases(): [wanted: boolean, headers: object, body: string][] {
  const nowMs = Date.now()
  const signed = (secrets: string[], atMs = nowMs) =>
    signatureHeaders({ id: 'msg_1', atMs, body: BODY }, secrets)
  return [
    [true, signed([SECRET]), BODY],
    [true, signed([OTHER, SECRET]), BODY],
    [false, signed([OTHER]), BODY],
    [false, signed([SECRET]), `${BODY} `],
    [false, signed([SECRET], nowMs - 301_000), BODY],
    [false, signed([SECRET], nowMs + 330_000), BODY],
    [false, {}, BODY],
  ]
}

describe('the examples that check signatures take what is signed and nothing else', () => {
  it('in Node', async () => {
    const path = join(folder, 'verify.cjs')
    const cases_ = JSON.stringify(cases())
    writeFileSync(
      path,
      `${example('js')}\nfor (const [, headers, body] of ${cases_}) console.log(verify(${JSON.stringify(SECRET)}, headers, body))\n`,
    )
    expect((await run(process.execPath, [path])).stdout.trim().split('\n')).toEqual(
      cases().map(([wanted]) => String(wanted)),
    )
  })

  it.skipIf(python === undefined)(
    `in Python${python === undefined ? `: ${NO_PYTHON}` : ''}`,
    async () => {
      const path = join(folder, 'verify.py')
      writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases()))
      writeFileSync(
        path,
        `${example('python')}\nimport json, sys\nfor _, headers, body in json.load(open(sys.argv[1], encoding="utf-8")):\n    print(verify(${JSON.stringify(SECRET)}, headers, body.encode()))\n`,
      )
      const { stdout } = await run('python3', [path, join(folder, 'cases.json')])
      expect(stdout.trim().split('\n')).toEqual(
        cases().map(([wanted]) => (wanted ? 'True' : 'False')),
      )
    },
  )
})
