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
  addApiOptions(
    noun
      .command('propagation')
      .description(
        'Shows on which data nodes the newest change of a key is in force, also of one that was deleted.',
      )
      .argument('<name>', 'the key, by name or id'),
  ).action(async (name, flags) => {
    const { keyPropagation } = await import('./key/propagation.ts')
    await keyPropagation(name, flags)
  })
  defineUpdate(noun)
  defineRotation(noun)
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

function defineRotation(noun: Command): void {
  const actions = () => import('./key/rotate.ts')
  const key = ['<name>', 'the key', resourceName] as const
  addApiOptions(
    noun
      .command('rotate')
      .description(
        'Gives a key a new secret and prints it, this once. The old secret works on until its grace is over, which begins with the first use of the new one.',
      )
      .argument(...key)
      .option(
        '--grace <time>',
        'how long the old secret works after that: 0, 90m, 12h, up to 30d (default: 1d)',
      )
      .option(
        '--hard-end <when>',
        'when the old secret ends even if nobody uses the new one: 30d, a day or a moment, within 90 days (default: 30d)',
      )
      .option(
        '--replace',
        'also while a rotation is under way: its new secret ends if it was never used, else its old one',
      ),
  ).action(async (name, flags) => (await actions()).rotateKey(name, flags))
  const rotation = noun.command('rotation').description('Ends the rotation of a key by hand.')
  addApiOptions(
    rotation
      .command('cancel')
      .description('Goes back to the old secret of a key; the new one ends at once.')
      .argument(...key)
      .option('--force', 'also when the new secret is in use'),
  ).action(async (name, flags) => (await actions()).cancelRotation(name, flags))
  addApiOptions(
    rotation
      .command('finish')
      .description('Ends the old secret of a key at once.')
      .argument(...key),
  ).action(async (name, flags) => (await actions()).finishRotation(name, flags))
  addApiOptions(
    noun
      .command('addresses')
      .description('Lists from where a key was used, newest first.')
      .argument(...key)
      .option('--limit <count>', 'at most so many', integer(1, 1000))
      .option('--offset <count>', 'leave out so many at the beginning', integer(0)),
  ).action(async (name, flags) => (await actions()).keyAddresses(name, flags))
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
