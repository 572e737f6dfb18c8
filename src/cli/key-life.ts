import { type Command, InvalidArgumentError, Option } from 'commander'
import { EXPIRY_FORMS } from './expiry.ts'
import {
  addApiOptions,
  addSearchOptions,
  addYesOption,
  collect,
  integer,
  resourceName,
} from './options.ts'

/** The commands that take a key away and bring it back, and what a project asks of its keys. */
export function defineKeyLife(noun: Command): void {
  const actions = () => import('./key/life.ts')
  addApiOptions(
    noun
      .command('disable')
      .description(
        'Switches a key off. When the command ends, no function opens with it; nodes that lag are named.',
      )
      .argument('<name>', 'the key', resourceName),
  ).action(async (name, flags) => (await actions()).switchKey(name, false, flags))
  addApiOptions(
    noun
      .command('enable')
      .description('Switches a key on again.')
      .argument('<name>', 'the key', resourceName),
  ).action(async (name, flags) => (await actions()).switchKey(name, true, flags))
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description(
          'Deletes a key. When the command ends, no function opens with it any more; nodes that lag are named. For a while it can be brought back. On a terminal it asks first.',
        )
        .argument('<name>', 'the key', resourceName)
        .option('--leaked', 'others know the secret: the key can never be brought back'),
    ),
  ).action(async (name, flags) => (await actions()).deleteKey(name, flags))
  addApiOptions(
    addSearchOptions(
      noun.command('deleted').description('Lists deleted keys, and until when they can come back.'),
    ),
  ).action(async (flags) => (await actions()).listDeletedKeys(flags))
  addApiOptions(
    noun
      .command('restore')
      .description('Brings a deleted key back, with its secret and its grants.')
      .argument('<name>', 'the deleted key, by name or id')
      .option('--name <name>', 'another name, when its own is taken', resourceName)
      .option('--expire <when>', `another expiry: ${EXPIRY_FORMS}`),
  ).action(async (name, flags) => (await actions()).restoreKey(name, flags))
  addApiOptions(
    addYesOption(
      noun
        .command('purge')
        .description('Forgets a deleted key for good. On a terminal it asks first.')
        .argument('<name>', 'the deleted key, by name or id'),
    ),
  ).action(async (name, flags) => (await actions()).purgeKey(name, flags))
  defineSettings(noun)
}

function defineSettings(noun: Command): void {
  addApiOptions(
    noun
      .command('settings')
      .description(
        'Shows what the project asks of its keys and when it is told of them, or changes what is given.',
      )
      .option(
        '--life-days-max <days>',
        'how many days a key may last from its creation or renewal, or any',
        lifeDays,
      )
      .addOption(
        new Option('--must-expire <yes|no>', 'whether every key must expire').choices([
          'yes',
          'no',
        ]),
      )
      .option(
        '--notice-days <days>',
        'how many days before its expiry a key is told of: 30,14,7,1, or none',
        dayList,
      )
      .option(
        '--unused-days <days>',
        'after how many days without use a key is told of; 0 for never',
        integer(0),
      )
      .option(
        '--notice-email <address>',
        'who is told by e-mail, and nobody else (repeatable), or none',
        collect(String),
      ),
  ).action(async (flags) => {
    const { keySettings } = await import('./key/settings.ts')
    await keySettings(flags)
  })
}

function lifeDays(text: string): number | 'any' {
  return text === 'any' ? 'any' : integer(1)(text)
}

function dayList(text: string): number[] {
  if (text === 'none') return []
  const days = text.split(',').map(Number)
  if (days.every((day) => Number.isInteger(day) && day > 0)) return days
  throw new InvalidArgumentError('It must be whole numbers with commas between them, or none.')
}
