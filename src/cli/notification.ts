import { type Command, Option } from 'commander'
import { EVENT_TYPES } from '../domain/events.ts'
import { addApiOptions, integer } from './options.ts'

export function defineNotification(noun: Command): void {
  const actions = () => import('./notification/actions.ts')
  addApiOptions(
    noun
      .command('list')
      .description('Lists what there is to know of the project’s keys, the newest first.')
      .option('--unread', 'only what you have not read')
      .addOption(new Option('--type <type...>', 'only of these types').choices([...EVENT_TYPES]))
      .option('--all-projects', 'of every project that you may see')
      .option('--limit <count>', 'at most so many', integer(1, 1000))
      .option('--offset <count>', 'leave out so many at the beginning', integer(0)),
  ).action(async (flags) => (await actions()).listNotifications(flags))
  addApiOptions(
    noun
      .command('read')
      .description('Notes that you have read notifications. For others they stay as they are.')
      .argument('[ids...]', 'their numbers', ids)
      .option('--all', 'all of the project that there are now')
      .option('--all-projects', 'of every project that you may see'),
  ).action(async (given, flags) => (await actions()).readNotifications(given, flags))
}

function ids(text: string, before: readonly number[] = []): number[] {
  return [...before, integer(1)(text)]
}
