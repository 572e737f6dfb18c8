import { type Command, Option } from 'commander'
import { TRIGGER_METHODS } from '../domain/trigger.ts'
import { addApiOptions, addYesOption, collect, functionName, resourceName } from './options.ts'

export function defineTrigger(noun: Command): void {
  const actions = () => import('./trigger/actions.ts')
  addApiOptions(
    noun
      .command('list')
      .description('Lists the triggers of a function, with their next and last runs.')
      .argument('<namespace/name>', 'the function', functionName),
  ).action(async (fn, flags) => (await actions()).listTriggers(fn, flags))
  addApiOptions(named(noun.command('get').description('Shows one trigger.'))).action(
    async (fn, name, flags) => (await actions()).getTrigger(fn, name, flags),
  )
  addApiOptions(
    addRequestOptions(
      named(
        noun
          .command('create')
          .description(
            'Calls a function by the clock. A schedule has five fields (minute, hour, day of month, month, day of week), or six with seconds first.',
          ),
      ).requiredOption('--schedule <fields>', 'when, such as "30 2 * * *"'),
    ).option('--disabled', 'do not run it yet'),
  ).action(async (fn, name, flags) => (await actions()).createTrigger(fn, name, flags))
  addApiOptions(
    addRequestOptions(
      named(
        noun.command('update').description('Changes what is given and leaves the rest.'),
      ).option('--schedule <fields>', 'when, such as "30 2 * * *"'),
    )
      .addOption(new Option('--disable', 'run it no more').conflicts('enable'))
      .option('--enable', 'run it again'),
  ).action(async (fn, name, flags) => (await actions()).updateTrigger(fn, name, flags))
  addApiOptions(
    named(
      noun
        .command('run')
        .description('Runs a trigger now, whatever its schedule. Prints the id of the call.'),
    ),
  ).action(async (fn, name, flags) => (await actions()).runTrigger(fn, name, flags))
  addApiOptions(
    addYesOption(
      named(noun.command('delete').description('Deletes a trigger. On a terminal it asks first.')),
    ),
  ).action(async (fn, name, flags) => (await actions()).deleteTrigger(fn, name, flags))
}

function named(command: Command): Command {
  return command
    .argument('<namespace/name>', 'the function', functionName)
    .argument('<trigger>', 'the name of the trigger', resourceName)
}

function addRequestOptions(command: Command): Command {
  return command
    .option('--timezone <name>', 'of the schedule, such as Europe/Vienna (default: UTC)')
    .addOption(new Option('--method <name>', 'the HTTP method').choices([...TRIGGER_METHODS]))
    .option('--path <path>', 'path and query')
    .option('--header <name: value>', 'a header (repeatable); no secrets', collect(String))
    .option('--data <text>', 'the body')
}
