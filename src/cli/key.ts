import { type Command, Option } from 'commander'
import { EXPIRY_FORMS } from './expiry.ts'
import {
  addApiOptions,
  addPageOptions,
  addUsageOptions,
  addYesOption,
  collect,
  functionName,
  integer,
  resourceName,
} from './options.ts'

const ORDERS = [
  'created_at.asc',
  'created_at.desc',
  'expire.asc',
  'expire.desc',
  'name.asc',
  'name.desc',
]

export function defineKey(noun: Command): void {
  const actions = () => import('./key/actions.ts')
  addApiOptions(
    noun
      .command('create')
      .description(
        'Creates a key and prints its secret. The secret is shown this once and cannot be had again.',
      )
      .argument('<name>', 'the new key', resourceName)
      .option(
        '--function <namespace/name>',
        'a function that it opens (repeatable)',
        collect(functionName),
      )
      .option('--expire <when>', EXPIRY_FORMS, 'never')
      .option('--description <text>', 'who has it, or what it is for'),
  ).action(async (name, flags) => (await actions()).createKey(name, flags))
  addApiOptions(
    addPageOptions(
      noun
        .command('list')
        .description('Lists keys, without their secrets.')
        .option('--expire-in <days>', 'only those that expire within so many days', integer(1)),
      ORDERS,
    ),
  ).action(async (flags) => (await actions()).listKeys(flags))
  addApiOptions(
    noun
      .command('get')
      .description('Shows one key, without its secret.')
      .argument('<name>', 'the key', resourceName),
  ).action(async (name, flags) => (await actions()).getKey(name, flags))
  addUsageOptions(
    addApiOptions(
      noun
        .command('usage')
        .description(
          'Prints what a key was used for, by time: requests, how many were refused (4xx) or failed (5xx), times, bytes.',
        )
        .argument('<name>', 'the key', resourceName),
    ),
    'function',
  ).action(async (name, flags) => {
    const { keyUsage } = await import('./key/usage.ts')
    await keyUsage(name, flags)
  })
  defineUpdate(noun)
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description(
          'Deletes a key. When the command ends, no function opens with it any more; nodes that lag are named. On a terminal it asks first.',
        )
        .argument('<name>', 'the key', resourceName),
    ),
  ).action(async (name, flags) => (await actions()).deleteKey(name, flags))
}

function defineUpdate(noun: Command): void {
  const replaces = new Option(
    '--function <namespace/name>',
    'the functions that it opens, and no others (repeatable)',
  )
    .argParser(collect(functionName))
    .conflicts(['addFunction', 'removeFunction'])
  addApiOptions(
    noun
      .command('update')
      .description('Changes what is given and leaves the rest.')
      .argument('<name>', 'the key', resourceName)
      .addOption(replaces)
      .option('--add-function <namespace/name>', 'one more (repeatable)', collect(functionName))
      .option('--remove-function <namespace/name>', 'one less (repeatable)', collect(functionName))
      .option('--expire <when>', EXPIRY_FORMS)
      .option('--description <text>', 'who has it, or what it is for'),
  ).action(async (name, flags) => {
    const { updateKey } = await import('./key/actions.ts')
    await updateKey(name, flags)
  })
}
