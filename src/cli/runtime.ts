import type { Command } from 'commander'
import { addApiOptions } from './options.ts'

export function defineRuntime(noun: Command): void {
  const actions = () => import('./runtime/actions.ts')
  addApiOptions(
    noun.command('list').description('Lists what functions can run on, and what is there already.'),
  ).action(async (flags) => (await actions()).listRuntimes(flags))
}
