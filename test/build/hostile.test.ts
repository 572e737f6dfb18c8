import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Builder,
  type BuilderOptions,
  type BuildOutcome,
  createBuilder,
} from '../../src/build/builder.ts'
import { findSandbox } from '../../src/sandbox/find.ts'
import { SHELL_ONLY } from '../helpers/shell-language.ts'

const sandboxFolder = mkdtempSync(join(tmpdir(), 'lk-hostile-'))
const best = await findSandbox({
  wanted: 'auto',
  folder: sandboxFolder,
  hidden: [sandboxFolder],
  preparedNetworks: 0,
})
const plain = await findSandbox({
  wanted: 'process',
  folder: sandboxFolder,
  hidden: [],
  preparedNetworks: 0,
})
const logger = pino({ level: 'silent' })
const MB = 2 ** 20

let folder = ''
const builders: Builder[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-build-'))
})
afterEach(async () => {
  for (const builder of builders.splice(0)) await builder.close()
  await rm(folder, { recursive: true, force: true })
})
afterAll(async () => {
  await best.close()
  await rm(sandboxFolder, { recursive: true, force: true })
})

type Options = Partial<BuilderOptions>

function builderWith(options: Options): Builder {
  const artifactsFolder = join(folder, 'artifacts')
  const languages = SHELL_ONLY
  const builder = createBuilder({
    languages,
    artifactsFolder,
    timeoutMs: 30_000,
    logger,
    ...options,
  })
  builders.push(builder)
  return builder
}

async function build(script: string, options: Options, dependencies = ''): Promise<BuildOutcome> {
  return await builderWith(options).build({
    runtime: 'shell1',
    codeText: script,
    files: {},
    dependencies,
    mainMethod: 'handler',
  })
}

function messageOf(outcome: BuildOutcome): string {
  return outcome.kind === 'failed' ? outcome.message : 'it was built'
}

const artifact = (outcome: BuildOutcome) => {
  if (outcome.kind !== 'built') throw new Error(outcome.message)
  return join(folder, 'artifacts', outcome.artifact.id)
}
const leftOver = async () =>
  (await readdir(join(folder, 'artifacts/.work'))).filter((name) => name !== 'home')

const levels = [
  { name: 'as plain processes', sandbox: plain, isThere: true },
  {
    name: `in the sandbox${best.level === 'namespaced' ? '' : ' (not to be had on this machine)'}`,
    sandbox: best,
    isThere: best.level === 'namespaced',
  },
]

describe.each(levels)('a build $name', ({ sandbox, isThere }) => {
  describe.skipIf(!isThere)('that', () => {
    afterEach(async () => expect(await leftOver()).toEqual([]))

    test('hangs is ended at the time limit of the whole build', async () => {
      const outcome = await build('touch a; sleep 1000', { sandbox, timeoutMs: 700 })
      expect(messageOf(outcome)).toBe(
        'The build did not end within 0.7 seconds: compile was ended.',
      )
    })

    test('has used up its time while it installed has none left to compile', async () => {
      const options = { sandbox, timeoutMs: 2_000 }
      const outcome = await build('sleep 1000', options, 'mkdir installed; sleep 1')
      expect(messageOf(outcome)).toBe('The build did not end within 2 seconds: compile was ended.')
    })

    test('fills the disk is ended at twice the limit', async () => {
      const script = 'while :; do head -c 1000000 /dev/zero >> big; sleep 0.02; done'
      const outcome = await build(script, { sandbox, outputBytesMax: 4 * MB })
      expect(messageOf(outcome)).toBe('compile was ended because it wrote more than 8.0 MB.')
    })

    test('fills its home folder is ended', async () => {
      const script = 'while :; do head -c 1000000 /dev/zero >> ~/big; sleep 0.02; done'
      const outcome = await build(script, { sandbox, cacheBytesMax: 4 * MB })
      expect(messageOf(outcome)).toBe(
        'compile was ended because it wrote more than 4.0 MB into its home folder.',
      )
      expect(await readdir(join(folder, 'artifacts/.work/home'))).toEqual([])
    })

    test('keeps too much is refused', async () => {
      const outcome = await build('head -c 3000000 /dev/zero > big', {
        sandbox,
        outputBytesMax: 2 * MB,
      })
      expect(messageOf(outcome)).toBe('The function takes 2.9 MB; at most 2.0 MB are allowed.')
    })

    test('takes too much memory is ended', async () => {
      // The shell's own variables: no program is needed for it.
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
      const script = 'x=0123456789; while :; do x=$x$x; [ ${#x} -lt 200000000 ] || sleep 1; done'
      const outcome = await build(script, { sandbox, memoryMb: 100 })
      expect(messageOf(outcome)).toBe(
        'compile was ended because it took more than 100 MB of memory.',
      )
    })

    test('writes without end is ended', async () => {
      const outcome = await build('yes a line that says nothing at all', { sandbox })
      expect(messageOf(outcome)).toBe('compile was ended because it wrote too much output.')
      expect(outcome.log.length).toBeLessThan(100_000)
    })

    test.each([
      ['a link to a file outside', 'ln -s /etc/hostname x', '"x", a link with an absolute path'],
      ['a link to a folder above', 'ln -s ../.. x', '"x", a link that leads out of the function'],
      [
        'a link that leads out by way of another link',
        'mkdir -p a/b; ln -s ../.. a/b/top; ln -s a/b/top/../.. x',
        '"x", a link that leads out of the function',
      ],
      ['a link to nothing', 'ln -s nothing x', '"x", a link that leads nowhere'],
      ['a link to itself', 'ln -s x x', '"x", a link that leads nowhere'],
      ['a pipe', 'mkdir d; mkfifo d/x', '"d/x", which is neither file nor folder'],
      [
        'a socket',
        'python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'x\')" || mkfifo x',
        '"x", which is neither file nor folder',
      ],
    ])('leaves %s is refused', async (_name, script, message) => {
      expect(messageOf(await build(script, { sandbox }))).toBe(`The build left ${message}.`)
      const installing = await build(
        'true',
        { sandbox },
        `mkdir installed; cd installed; ${script}`,
      )
      expect(messageOf(installing)).toMatch(/^The installation left "installed\//)
    })

    test('leaves links that stay inside is fine, and they are kept', async () => {
      const script = 'mkdir -p a/b; echo text > a/file; ln -s ../file a/b/link; ln -s a/b/link x'
      const path = artifact(await build(script, { sandbox }))
      expect(readFileSync(join(path, 'x'), 'utf8')).toBe('text\n')
    })

    test('leaves folders and files without permissions, and with too many, is put right', async () => {
      const script =
        'mkdir -p shut/in; echo a > shut/in/a; echo b > b; chmod 6777 b; chmod 0 shut/in/a shut/in shut'
      const path = artifact(await build(script, { sandbox }))
      expect(readFileSync(join(path, 'shut/in/a'), 'utf8')).toBe('a\n')
      expect(statSync(join(path, 'b')).mode & 0o7777).toBe(0o755)
    })

    test('fails with folders that are shut leaves nothing behind', async () => {
      const outcome = await build('mkdir -p a/b; touch a/b/c; chmod 0 a/b a; false', { sandbox })
      expect(outcome.kind).toBe('failed')
    })

    test('shows no secrets and no paths of the server', async () => {
      const script = `echo at $PWD and $HOME
        echo fetching https://user:p4ss@registry.example/x and http://:t0ken@h/
        printf 'half https://user:p4'; sleep 0.3; echo 'ss@registry.example/'
        echo '//registry.example/:_authToken=t0ken'; env; exit 3`
      const outcome = await build(script, { sandbox })
      expect(outcome.log).toContain('at . and ~')
      expect(outcome.log).toContain('fetching https://registry.example/x and http://h/')
      expect(outcome.log).not.toMatch(/p4ss|t0ken/)
      expect(outcome.log).not.toContain(folder)
      expect(outcome.log).not.toMatch(/^(LATCHKEY|npm_|VITEST)/m)
    })

    test('wants what another installs meanwhile gets that', async () => {
      const script = 'mkdir installed; date +%N > installed/when; sleep 0.5'
      const builder = builderWith({ sandbox })
      const source = { runtime: 'shell1', files: {}, dependencies: script, mainMethod: 'x' }
      const [one, two] = await Promise.all(
        ['true', 'true # other'].map((codeText) => builder.build({ ...source, codeText })),
      )
      const inode = (outcome: BuildOutcome) =>
        statSync(join(artifact(outcome), 'installed/when')).ino
      expect(inode(one!)).toBe(inode(two!))
      expect(one!.log + two!.log).toContain('are being installed for another build')
      const later = await builder.build({ ...source, codeText: 'true # later' })
      expect(inode(later)).toBe(inode(one!))
      expect(later.log).toContain('The dependencies are installed already.')
    })

    test('installs nothing half: what a failed installation left is not used', async () => {
      const script =
        'mkdir installed; [ -e ~/second ] || { touch ~/second; exit 1; }; touch installed/a'
      expect((await build('true', { sandbox }, script)).kind).toBe('failed')
      const second = await build('true', { sandbox }, script)
      expect(existsSync(join(artifact(second), 'installed/a'))).toBe(true)
    })
  })
})

describe.skipIf(best.level !== 'namespaced')(
  `only the sandbox keeps a build from${best.level === 'namespaced' ? '' : ' (not to be had on this machine)'}`,
  () => {
    const sandbox = best

    test('seeing what else the server has', async () => {
      await mkdir(join(folder, 'artifacts'))
      await writeFile(join(folder, 'latchkey.db'), 'secret')
      await build('true', { sandbox })
      const script = `ls -A ${folder} ${folder}/artifacts ${folder}/artifacts/.work; cat ${folder}/latchkey.db; exit 3`
      const outcome = await build(script, { sandbox })
      expect(outcome.log).not.toContain('secret')
      expect(outcome.log).not.toMatch(/latchkey\.db$|[0-9a-f]{40}$/m)
    })

    test('leaving processes behind', async () => {
      const mark = `${process.pid}${Date.now()}`.slice(-9)
      const outcome = await build(`setsid sleep ${mark} & setsid sleep ${mark} & true`, { sandbox })
      expect(outcome.kind).toBe('built')
      expect(await commandLines()).not.toContain(`sleep\0${mark}\0`)
    })

    test('starting processes without end', async () => {
      const script = 'bomb() { bomb | bomb & }; bomb; sleep 1000'
      const outcome = await build(script, { sandbox, timeoutMs: 2_000 })
      expect(outcome.kind).toBe('failed')
      expect((await build('true', { sandbox })).kind).toBe('built')
    })

    test('changing dependencies that others have too', async () => {
      const install = 'mkdir installed; echo good > installed/file'
      const first = artifact(await build('true', { sandbox }, install))
      const script =
        'echo evil > installed/file; chmod 777 installed/file; rm -f installed/file; true'
      artifact(await build(script, { sandbox }, install))
      expect(readFileSync(join(first, 'installed/file'), 'utf8')).toBe('good\n')
      const third = artifact(await build('true # 3', { sandbox }, install))
      expect(readFileSync(join(third, 'installed/file'), 'utf8')).toBe('good\n')
    })
  },
)

async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      // It has ended meanwhile.
      return ''
    }
  }
  return pids.map(read).join('\n')
}
