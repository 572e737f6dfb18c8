import { type Command, Option } from 'commander'
import { FINDING_KINDS } from '../domain/key-review.ts'
import { addApiOptions, integer } from './options.ts'

const DAYS_MAX = 3650

export function defineKeyReview(noun: Command): void {
  const command = noun
    .command('review')
    .description('Lists keys that are not used, and those that may do more than they do.')
    .option(
      '--days <days>',
      'what was not used for so long counts as unused',
      integer(1, DAYS_MAX),
      90,
    )
    .option('--old-after <days>', 'a secret counts as old after so long', integer(1, DAYS_MAX), 365)
    .addOption(
      new Option(
        '--kind <kinds...>',
        'only such findings (default: all but those of keys that do not work)',
      ).choices(FINDING_KINDS),
    )
    .option('--limit <count>', 'at most so many keys', integer(1, 1000))
    .option('--offset <count>', 'leave out so many at the beginning', integer(0))
  addApiOptions(command).action(async (flags) => {
    const { reviewKeys } = await import('./key/review.ts')
    await reviewKeys(flags)
  })
}
