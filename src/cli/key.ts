import { type Command, Option } from 'commander'
import { EXPIRY_FORMS } from './expiry.ts'
import { FUNCTION_GRANT, grantedFunction, grantedNamespace, NAMESPACE_GRANT } from './key-grants.ts'
import { label, labelFilter, labelName } from './key-labels.ts'
import { defineKeyLife } from './key-life.ts'
import { defineKeyReview } from './key-review.ts'
import {
  addApiOptions,
  addPageOptions,
  addUsageOptions,
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
  'last_used_at.asc',
  'last_used_at.desc',
]
const NOT_BEFORE = 'works from then on: as --expire, or always'

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
        `--function ${FUNCTION_GRANT}`,
        'a function that it opens, such as demo/hello or, in part, demo/hello:GET,POST:/orders (repeatable)',
        collect(grantedFunction),
      )
      .option(
        `--namespace ${NAMESPACE_GRANT}`,
        'a namespace whose functions it opens, those that come later too (repeatable)',
        collect(grantedNamespace),
      )
      .option('--expire <when>', EXPIRY_FORMS, 'never')
      .option('--not-before <when>', NOT_BEFORE)
      .option('--label <name=value>', 'to search by (repeatable)', label)
      .option('--description <text>', 'who has it, or what it is for')
      .option('--disabled', 'opens nothing until it is enabled'),
  ).action(async (name, flags) => (await actions()).createKey(name, flags))
  addApiOptions(
    addPageOptions(
      noun
        .command('list')
        .description('Lists keys, without their secrets.')
        .option('--expire-in <days>', 'only those that expire within so many days', integer(1))
        .addOption(
          new Option('--status <status>', 'only those that are so now').choices([
            'Active',
            'Expired',
            'Disabled',
            'Scheduled',
          ]),
        )
        .option(
          '--label <name[=value]>',
          'only those with the label (repeatable)',
          collect(labelFilter),
        )
        .option(
          '--function <namespace/name>',
          'only those that open the function, by name or with its namespace',
          functionName,
        )
        .option('--namespace <name>', 'only those that open the namespace as such', resourceName)
        .option('--id <id>', 'only the key with this id'),
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
          'Prints what a key was used for, by time: requests, how many were refused for their key and why, other answers of 4xx and 5xx, times, bytes.',
        )
        .argument('<name>', 'the key', resourceName),
    ),
    'function',
  ).action(async (name, flags) => {
    const { keyUsage } = await import('./key/usage.ts')
    await keyUsage(name, flags)
  })
  defineKeyReview(noun)
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
  defineKeyLife(noun)
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
  const functions = new Option(
    `--function ${FUNCTION_GRANT}`,
    'the functions that it opens, and no others (repeatable)',
  )
    .argParser(collect(grantedFunction))
    .conflicts(['addFunction', 'removeFunction'])
  const namespaces = new Option(
    `--namespace ${NAMESPACE_GRANT}`,
    'the namespaces that it opens, and no others (repeatable)',
  )
    .argParser(collect(grantedNamespace))
    .conflicts(['addNamespace', 'removeNamespace'])
  addApiOptions(
    noun
      .command('update')
      .description('Changes what is given and leaves the rest.')
      .argument('<name>', 'the key', resourceName)
      .option('--name <name>', 'another name; callers notice nothing', resourceName)
      .addOption(functions)
      .option(
        `--add-function ${FUNCTION_GRANT}`,
        'one more, or the same with other limits (repeatable)',
        collect(grantedFunction),
      )
      .option('--remove-function <namespace/name>', 'one less (repeatable)', collect(functionName))
      .addOption(namespaces)
      .option(
        `--add-namespace ${NAMESPACE_GRANT}`,
        'one more, or the same with other limits (repeatable)',
        collect(grantedNamespace),
      )
      .option('--remove-namespace <namespace>', 'one less (repeatable)', collect(resourceName))
      .option('--label <name=value>', 'one more, or another value (repeatable)', label)
      .option('--remove-label <name>', 'one less (repeatable)', collect(labelName))
      .option('--expire <when>', EXPIRY_FORMS)
      .option('--not-before <when>', NOT_BEFORE)
      .option('--description <text>', 'who has it, or what it is for'),
  ).action(async (name, flags) => {
    const { updateKey } = await import('./key/actions.ts')
    await updateKey(name, flags)
  })
}
