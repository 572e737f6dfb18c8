import { type Command, Option } from 'commander'
import { CALL_STATES } from '../domain/calls.ts'
import { addApiOptions, addYesOption, functionName, integer } from './options.ts'

export function defineCall(noun: Command): void {
  const actions = () => import('./call/actions.ts')
  addApiOptions(
    noun
      .command('list')
      .description('Lists asynchronous calls of a function, the newest first.')
      .argument('<namespace/name>', 'the function', functionName)
      .addOption(new Option('--state <state>', 'only those').choices([...CALL_STATES]))
      .option('--limit <count>', 'at most so many', integer(1, 1000))
      .option('--offset <count>', 'leave out so many at the beginning', integer(0)),
  ).action(async (name, flags) => (await actions()).listCalls(name, flags))
  addApiOptions(
    noun
      .command('get')
      .description('Shows one call, without what was sent and answered.')
      .argument('<namespace/name>', 'the function', functionName)
      .argument('<id>', 'the call'),
  ).action(async (name, id, flags) => (await actions()).getCall(name, id, flags))
  addApiOptions(
    noun
      .command('retry')
      .description('Tries a dead call again, from the beginning.')
      .argument('<namespace/name>', 'the function', functionName)
      .argument('<id>', 'the call'),
  ).action(async (name, id, flags) => (await actions()).retryCall(name, id, flags))
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description(
          'Forgets a call, whatever its state. A try that is under way goes on. On a terminal it asks first.',
        )
        .argument('<namespace/name>', 'the function', functionName)
        .argument('<id>', 'the call'),
    ),
  ).action(async (name, id, flags) => (await actions()).deleteCall(name, id, flags))
}
