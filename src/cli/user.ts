import { type Command, Option } from 'commander'
import { ROLES } from '../domain/role.ts'
import { addApiOptions, addYesOption, integer } from './options.ts'

const WHO = ['<user>', "the user's number or e-mail address"] as const

export function defineUser(noun: Command): void {
  const actions = () => import('./user/actions.ts')
  addApiOptions(
    noun
      .command('list')
      .description('Lists users.')
      .option('--limit <count>', 'at most so many', integer(1, 1000))
      .option('--offset <count>', 'leave out so many at the beginning', integer(0)),
  ).action(async (flags) => (await actions()).listUsers(flags))
  addApiOptions(
    noun
      .command('create')
      .description(
        'Creates a user. Asks for the password, or reads it from standard input: it is no option, for others can read those.',
      )
      .requiredOption('--email <address>', 'what the user logs in with')
      .option('--name <text>', 'what the user is called')
      .addOption(new Option('--role <role>', 'on the project (default: none)').choices(ROLES))
      .option(
        '--all-projects',
        'the role is one on all projects, those to come included; the owner of all is the owner of the server',
      ),
  ).action(async (flags) => (await actions()).createUser(flags))
  addApiOptions(
    noun
      .command('update')
      .description('Changes a user. Being disabled ends all sessions.')
      .argument(...WHO)
      .option('--email <address>', 'another address')
      .option('--name <text>', 'another name')
      .addOption(
        new Option(
          '--role <role>',
          'with --all-projects; for one project see `latchkey member set`',
        ).choices([...ROLES, 'none']),
      )
      .option('--all-projects', 'the role is one on all projects')
      .addOption(new Option('--disable', 'may not log in any more').conflicts('enable'))
      .option('--enable', 'may log in again'),
  ).action(async (who, flags) => (await actions()).updateUser(who, flags))
  addApiOptions(
    noun
      .command('password')
      .description(
        'Gives a user another password, asked for or from standard input, and ends all sessions.',
      )
      .argument(...WHO),
  ).action(async (who, flags) => (await actions()).setPassword(who, flags))
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description(
          'Deletes a user with all sessions and tokens; what the user made stays. On a terminal it asks first.',
        )
        .argument(...WHO),
    ),
  ).action(async (who, flags) => (await actions()).deleteUser(who, flags))
}

export function defineMember(noun: Command): void {
  const actions = () => import('./user/members.ts')
  addApiOptions(
    noun
      .command('list')
      .description('Lists who has which role on the project, those with one on all included.'),
  ).action(async (flags) => (await actions()).listMembers(flags))
  addApiOptions(
    noun
      .command('set')
      .description('Gives a user a role on the project, or another one.')
      .argument(...WHO)
      .requiredOption('--role <role>', ROLES.join(', ')),
  ).action(async (who, flags) => (await actions()).setMember(who, flags))
  addApiOptions(
    addYesOption(
      noun
        .command('remove')
        .description('Takes the role on the project away from a user. On a terminal it asks first.')
        .argument(...WHO),
    ),
  ).action(async (who, flags) => (await actions()).removeMember(who, flags))
}

export function defineWhoami(noun: Command): void {
  addApiOptions(noun.description('Shows as whom you are logged in, and with which roles.')).action(
    async (flags) => (await import('./user/whoami.ts')).whoami(flags),
  )
}
