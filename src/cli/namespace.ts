import type { Command } from 'commander'
import {
  addApiOptions,
  addPageOptions,
  addYesOption,
  collect,
  environment,
  resourceName,
  SECRET,
} from './options.ts'

const ORDERS = ['created_at.asc', 'created_at.desc', 'name.asc', 'name.desc']

export function defineNamespace(noun: Command): void {
  const actions = () => import('./namespace/actions.ts')
  addApiOptions(
    noun
      .command('create')
      .description('Creates a namespace. Its environment values reach all of its functions.')
      .argument('<name>', 'the new namespace', resourceName)
      .option('--description <text>', 'what it is for')
      .option('--env <NAME=value>', 'an environment value (repeatable)', environment)
      .option(...SECRET),
  ).action(async (name, flags) => (await actions()).createNamespace(name, flags))
  addApiOptions(
    addPageOptions(noun.command('list').description('Lists namespaces.'), ORDERS),
  ).action(async (flags) => (await actions()).listNamespaces(flags))
  addApiOptions(
    noun
      .command('get')
      .description('Shows one namespace.')
      .argument('<name>', 'the namespace', resourceName),
  ).action(async (name, flags) => (await actions()).getNamespace(name, flags))
  addApiOptions(
    noun
      .command('update')
      .description('Changes what is given and leaves the rest.')
      .argument('<name>', 'the namespace', resourceName)
      .option('--description <text>', 'what it is for')
      .option('--env <NAME=value>', 'an environment value (repeatable)', environment)
      .option('--unset-env <name>', 'remove an environment value (repeatable)', collect(String))
      .option(...SECRET)
      .option(
        '--unset-secret <name>',
        'remove a secret environment value (repeatable)',
        collect(String),
      ),
  ).action(async (name, flags) => (await actions()).updateNamespace(name, flags))
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description('Deletes a namespace and its functions. On a terminal it asks first.')
        .argument('<name>', 'the namespace', resourceName),
    ),
  ).action(async (name, flags) => (await actions()).deleteNamespace(name, flags))
}
