import type { DependencyStep, Language, ToolStep } from '../../src/languages/language.ts'
import { type Languages, languagesOf } from '../../src/languages/languages.ts'

/**
 * A language whose code is a shell script that is run to compile it, and whose dependencies are one that is
 * run to install them: so that tests can be tools of a build.
 */
const shell: Language = {
  family: 'shell',
  runtimes: ['shell1'],
  plan: (source) => ({
    kind: 'planned',
    files: source.files,
    dependencies: source.dependencies === '' ? null : installed(source.dependencies),
  }),
  async compile({ source, run }) {
    const outcome = await run(step('compile', source.codeText))
    if (outcome.kind === 'ended' && outcome.code === 0) return { kind: 'compiled', entry: 'entry' }
    const log = outcome.kind === 'not-started' ? outcome.reason : outcome.output
    return { kind: 'refused', message: log.trim().split('\n').at(-1) ?? '', log: '' }
  },
  start: () => {
    throw new Error('nothing of this language is ever started')
  },
}

export const SHELL_ONLY: Languages = languagesOf([shell])

function installed(script: string): DependencyStep {
  return { files: { 'wanted.txt': script }, folders: ['installed'], step: step('install', script) }
}

function step(title: string, script: string): ToolStep {
  return {
    title,
    command: '/bin/sh',
    args: ['-c', script],
    environment: (homeFolder) => ({ PATH: '/usr/bin:/bin', HOME: homeFolder }),
    explain: (output) => `${title} said: ${output.trim().split('\n').at(-1)}`,
  }
}
