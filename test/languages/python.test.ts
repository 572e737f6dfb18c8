import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Source } from '../../src/domain/function.ts'
import type { BuildDraft } from '../../src/languages/language.ts'
import { pipEnvironment, pipReason } from '../../src/languages/python-pip.ts'
import { parseRequirements } from '../../src/languages/python-requirements.ts'
import { runTool } from '../../src/languages/run-tool.ts'
import { NO_PYTHON, python } from '../helpers/python.ts'

const HASH = `--hash=sha256:${'0'.repeat(64)}`

describe('requirements', () => {
  test.each([
    ['flask'],
    ['Flask==3.1.0'],
    ['flask >= 3, < 4'],
    ['requests[socks,use_chardet_on_py3]~=2.31'],
    ['numpy==1.*'],
    ['a.b-c_d!=1.0.post1,>=1!2.0+local.1'],
    ['tomli; python_version < "3.11"'],
    ['uvloop>=0.17 ; sys_platform != "win32" and implementation_name == \'cpython\''],
    [`flask==3.1.0 ${HASH} ${HASH}`],
    ['--only-binary :all:'],
    ['--require-hashes'],
    ['--pre'],
  ])('%s is allowed', (line) => {
    expect(parseRequirements(line)).toMatchObject({ kind: 'parsed', text: `${line}\n` })
  })

  test.each([
    ['-e .', 'option'],
    ['--editable=git+https://example.org/a', 'option'],
    ['-r other.txt', 'option'],
    ['-c constraints.txt', 'option'],
    ['--index-url https://example.org/simple', 'option'],
    ['--extra-index-url=https://example.org/simple', 'option'],
    ['--find-links /tmp', 'option'],
    ['--trusted-host example.org', 'option'],
    ['flask --global-option=x', 'requirement'],
    ['flask --config-settings a=b', 'requirement'],
    ['git+https://example.org/a.git', 'address'],
    ['https://example.org/a.whl', 'address'],
    ['file:///etc/passwd', 'address'],
    ['a @ file:///tmp/a', 'address'],
    ['a@git+ssh://example.org/a', 'address'],
    ['.', 'file'],
    ['./a', 'file'],
    ['../a', 'file'],
    ['/tmp/a.whl', 'file'],
    ['~/a', 'file'],
    ['a/b', 'file'],
    ['a.whl/../b', 'file'],
    [`\${SECRET}`, 'requirement'],
    [`a==\${SECRET}`, 'requirement'],
  ])('%s is refused', (line, reason) => {
    expect(parseRequirements(`flask\n\n${line}\n`)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(new RegExp(`^Line 3 .*${reason}.*;`)),
    })
  })

  test('comments and continued lines are read as pip reads them', () => {
    const text = '# why\r\nflask \\\n  ==3.1.0 # pinned\n\n   \nrequests#not-a-comment'
    expect(parseRequirements(text)).toMatchObject({ kind: 'refused' })
    expect(parseRequirements('# why\r\nflask \\\n  ==3.1.0 # pinned\n\n')).toEqual({
      kind: 'parsed',
      text: 'flask    ==3.1.0\n',
      count: 1,
    })
    expect(parseRequirements('')).toEqual({ kind: 'parsed', text: '', count: 0 })
  })
})

describe('pip', () => {
  const interpreter = { version: '3.11', executable: '/opt/python/bin/python3', folders: [] }

  test('gets the settings of the registry and of the network, and nothing else', () => {
    const environment = pipEnvironment(
      interpreter,
      {
        PATH: '/bin',
        PIP_INDEX_URL: 'https://registry.example.org/simple',
        PIP_TARGET: '/elsewhere',
        PIP_USER: '1',
        https_proxy: 'http://proxy:1',
        LATCHKEY_TOKEN: 'secret',
        NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
        PYTHONPATH: '/elsewhere',
      },
      '/home',
    )
    expect(environment).toMatchObject({
      HOME: '/home',
      PIP_INDEX_URL: 'https://registry.example.org/simple',
      https_proxy: 'http://proxy:1',
      SSL_CERT_FILE: '/etc/ca.pem',
    })
    for (const name of ['PIP_TARGET', 'PIP_USER', 'LATCHKEY_TOKEN', 'PYTHONPATH']) {
      expect(environment).not.toHaveProperty(name)
    }
  })

  test('its own words are the reason', () => {
    const output = `Looking in indexes
ERROR: Could not find a version that satisfies the requirement flask==99 (from versions: 0.1, 3.1)
ERROR: No matching distribution found for flask==99
`
    expect(pipReason(output)).toBe('No matching distribution found for flask==99')
    expect(pipReason('/usr/bin/python3: No module named pip\n')).toContain('No module named pip')
  })
})

describe.skipIf(python === undefined)(`a Python build (${python ? 'python' : NO_PYTHON})`, () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lk-python-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const source = (codeText: string, rest: Partial<Source> = {}): Source => ({
    runtime: python!.runtimes[0]!,
    codeText,
    files: {},
    dependencies: '',
    mainMethod: 'handler',
    ...rest,
  })
  const draft = (codeText: string): BuildDraft => ({
    folder,
    source: source(codeText),
    run: (step) =>
      runTool({ ...step, folder, environment: step.environment(folder), timeoutMs: 30_000 }),
  })

  test('leaves the code compiled, so that a read-only folder needs nothing more', async () => {
    const outcome = await python!.compile(draft('def handler(event, context): pass\n'))
    expect(outcome).toEqual({ kind: 'compiled', entry: 'handler.py' })
    expect((await readdir(join(folder, '__pycache__'))).join()).toMatch(
      /^handler\.cpython-.*\.pyc$/,
    )
  })

  test('that fails has the line', async () => {
    const outcome = await python!.compile(draft('def handler(event, context):\n  return )\n'))
    expect(outcome).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/^SyntaxError: .* at handler\.py:2$/),
      log: expect.stringContaining('return )'),
    })
  })

  test('installs only where something is required, into a folder of its own', () => {
    expect(python!.plan(source(''))).toEqual({ kind: 'planned', files: {}, dependencies: null })
    const plan = python!.plan(source('', { dependencies: 'flask', files: { 'a/b.py': '' } }))
    expect(plan).toMatchObject({
      files: { 'a/b.py': '', 'requirements.txt': 'flask\n' },
      dependencies: { files: { 'requirements.txt': 'flask\n' }, folders: ['site-packages'] },
    })
    expect(python!.plan(source('', { files: { 'handler.py': '' } })).kind).toBe('refused')
    expect(python!.plan(source('', { files: { 'site-packages/a.py': '' } })).kind).toBe('refused')
  })

  test('starts a process that any function may become, unless it sets what Python reads first', () => {
    const spec = { runtime: python!.runtimes[0]!, memoryMb: 128, folder: '/f', entry: 'handler.py' }
    expect(python!.start({ ...spec, envs: { A: 'b', PYTHONPATH: 'lib' } })).toMatchObject({
      isReusable: true,
    })
    expect(python!.start({ ...spec, envs: { PYTHONHASHSEED: '1' } })).toMatchObject({
      isReusable: false,
      environment: { PYTHONHASHSEED: '1' },
    })
  })
})
