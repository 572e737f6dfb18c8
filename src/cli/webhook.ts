import { type Command, Option } from 'commander'
import { DELIVERY_STATES } from '../domain/delivery.ts'
import { addApiOptions, addYesOption, collect, integer } from './options.ts'

export function defineWebhook(noun: Command): void {
  const actions = () => import('./webhook/actions.ts')
  addApiOptions(
    noun.command('list').description('Lists the webhooks of the project, and how each does.'),
  ).action(async (flags) => (await actions()).listWebhooks(flags))
  addApiOptions(identified(noun.command('get').description('Shows one webhook.'))).action(
    async (id, flags) => (await actions()).getWebhook(id, flags),
  )
  addApiOptions(
    addWebhookOptions(
      noun
        .command('create')
        .description(
          'Sends events of the project to a URL, signed. Prints the secret, which is shown this once.',
        )
        .argument('<url>', 'where to send them to'),
    ).option('--disabled', 'do not send anything yet'),
  ).action(async (url, flags) => (await actions()).createWebhook(url, flags))
  addApiOptions(
    addWebhookOptions(
      identified(noun.command('update').description('Changes what is given and leaves the rest.'))
        .option('--to <url>', 'where to send events to')
        .option('--all-events', 'all events'),
    )
      .addOption(new Option('--disable', 'send nothing any more').conflicts('enable'))
      .option('--enable', 'send again'),
  ).action(async (id, flags) => (await actions()).updateWebhook(id, flags))
  addApiOptions(
    identified(
      noun
        .command('rotate-secret')
        .description(
          'Gives a webhook a new secret and prints it. The old one signs beside it for a day.',
        ),
    ),
  ).action(async (id, flags) => (await actions()).rotateSecret(id, flags))
  addApiOptions(
    identified(noun.command('test').description('Sends a test now and tells what came of it.')),
  ).action(async (id, flags) => (await actions()).testWebhook(id, flags))
  addApiOptions(
    addDeliveryOptions(
      identified(
        noun
          .command('deliveries')
          .description('Lists what was sent to a webhook in the last 30 days, the newest first.'),
      ),
    ),
  ).action(async (id, flags) => (await actions()).listDeliveries(id, flags))
  addApiOptions(
    identified(
      noun
        .command('redeliver')
        .description('Sends something again that has ended, under the same id.'),
    ).argument('<delivery>', 'its id, msg_…'),
  ).action(async (id, delivery, flags) => (await actions()).redeliver(id, delivery, flags))
  addApiOptions(
    addYesOption(
      identified(
        noun
          .command('delete')
          .description('Deletes a webhook, with what waits for it. On a terminal it asks first.'),
      ),
    ),
  ).action(async (id, flags) => (await actions()).deleteWebhook(id, flags))
}

export function defineMail(noun: Command): void {
  const actions = () => import('./webhook/mail-actions.ts')
  addApiOptions(
    addDeliveryOptions(
      noun
        .command('list')
        .description('Lists the mails of the project of the last 30 days, the newest first.'),
    ).option('--recipient <address>', 'only those to this address'),
  ).action(async (flags) => (await actions()).listMails(flags))
  addApiOptions(
    noun
      .command('test')
      .description('Sends a mail now and tells what came of it.')
      .argument('<address>', 'whom to send it to'),
  ).action(async (address, flags) => (await actions()).testMail(address, flags))
}

function identified(command: Command): Command {
  return command.argument('<id>', 'the id of the webhook')
}

function addWebhookOptions(command: Command): Command {
  return command
    .option(
      '--event <type>',
      'an event, such as key.expiring (repeatable; default: all)',
      collect(String),
    )
    .option('--description <text>', 'what it is for')
}

function addDeliveryOptions(command: Command): Command {
  return command
    .addOption(new Option('--state <state>', 'only those').choices([...DELIVERY_STATES]))
    .option('--type <type>', 'only of this event')
    .option('--limit <count>', 'at most so many', integer(1, 1000))
    .option('--offset <count>', 'leave out so many at the beginning', integer(0))
}
