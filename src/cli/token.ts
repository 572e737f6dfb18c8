import { type Command, Option } from 'commander'
import { ROLES } from '../domain/role.ts'
import { EXPIRY_FORMS } from './expiry.ts'
import { addApiOptions, addYesOption, integer } from './options.ts'

export function defineToken(noun: Command): void {
  const actions = () => import('./token/actions.ts')
  addApiOptions(
    noun
      .command('create')
      .description(
        'Creates an API token and prints it. It is shown this once and cannot be had again.',
      )
      .argument('<name>', 'what the token is called')
      .addOption(
        new Option(
          '--role <role>',
          'what it may do in the project (default: all that you may, in all projects)',
        ).choices(ROLES),
      )
      .option('--all-projects', 'the role is one on all projects, those to come included')
      .option('--expires <when>', EXPIRY_FORMS, 'never')
      .option('--description <text>', 'who has it, or what it is for'),
  ).action(async (name, flags) => (await actions()).createToken(name, flags))
  addApiOptions(
    noun.command('list').description('Lists API tokens, without their secrets.'),
  ).action(async (flags) => (await actions()).listTokens(flags))
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description('Deletes an API token. On a terminal it asks first.')
        .argument('<id>', "the token's number, the part before the $", integer(0)),
    ),
  ).action(async (id, flags) => (await actions()).deleteToken(id, flags))
}
