import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { cliPage, helpText, PAGE } from '../../scripts/write-cli-docs.ts'
import { allCommands, buildProgram, fullName, NOUNS } from '../../src/cli/program.ts'
import { Cli } from '../helpers/cli.ts'

const cli = new Cli()
afterAll(() => cli.remove())

describe('docs/cli.md', () => {
  it('is what --help says: after a change, run scripts/write-cli-docs.ts', async () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(await cliPage())
  })

  it('has the text that each noun prints when only that noun is loaded', async () => {
    const commands = allCommands(await buildProgram('all'))
    for (const name of ['latchkey', ...NOUNS.map((noun) => `latchkey ${noun.name}`)]) {
      const command = commands.find((c) => fullName(c) === name)!
      const { stdout, stderr, code } = await cli.run([...name.split(' ').slice(1), '--help'])
      expect({ stdout, stderr, code }).toEqual({ stdout: helpText(command), stderr: '', code: 0 })
    }
  })

  it('tells of no option that takes a secret', async () => {
    const flags = allCommands(await buildProgram('all')).flatMap((c) =>
      c.options.map((o) => o.long),
    )
    // These take names and files; `--secret NAME=value` is refused.
    const names = new Set(['--secret', '--unset-secret', '--secret-key-file'])
    const suspects = flags.filter((flag) => /token|secret|password|api-key/.test(flag ?? ''))
    expect(suspects.filter((flag) => !names.has(flag ?? ''))).toEqual([])
  })
})
