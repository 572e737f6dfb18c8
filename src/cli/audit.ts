import type { Command } from 'commander'
import { parseChainHead } from '../domain/audit-chain.ts'
import { usage } from './failure.ts'
import { addServerOptions, collect, integer } from './options.ts'

const WHEN = '90m, 12h, 30d or 2w ago, a day or a moment'

export function defineAudit(noun: Command): void {
  const actions = () => import('./audit/actions.ts')
  addServerOptions(
    addFilters(
      noun
        .command('list')
        .description('Lists what happened, the newest first: who did what, when and from where.'),
    )
      .option('--oldest-first', 'in the order in which it happened')
      .option('--limit <count>', 'at most so many', integer(1, 1000), 50),
  ).action(async (flags) => (await actions()).listAudit(flags))
  addServerOptions(
    noun
      .command('get')
      .description('Shows one row, with what it found and what it left.')
      .argument('<sequence>', "the row's number", integer(1)),
  ).action(async (sequence, flags) => (await actions()).getAudit(sequence, flags))
  addServerOptions(
    addFilters(
      noun
        .command('export')
        .description('Writes the log to standard output as JSON lines, oldest first.'),
    ),
  ).action(async (flags) => {
    const { exportAudit } = await import('./audit/export.ts')
    await exportAudit(flags)
  })
  addServerOptions(
    noun
      .command('verify')
      .description(
        'Verifies that the log is as it was written, and names the first row that is not (exit code 1).',
      )
      .option('--file <path>', 'an export, verified here without a server; - for standard input')
      .option(
        '--head <sequence:hash>',
        'the head that an earlier run printed: that row must still be there, as it was',
        chainHead,
      ),
  ).action(async (flags) => {
    const { verifyAudit } = await import('./audit/verify.ts')
    await verifyAudit(flags)
  })
}

function addFilters(command: Command): Command {
  return command
    .option('--project <id>', 'only rows of this project (repeatable)', collect(integer(1)))
    .option('--action <begin>', 'only actions that begin so: key., key.deleted')
    .option('--actor <name>', 'only what this one did: an e-mail address, the name of a token')
    .option('--name <name>', 'only what happened to what is called so: partner, shop/price')
    .option('--id <id>', 'only what happened to this one (repeatable)', collect(String))
    .option('--request <id>', 'only what this request did')
    .option('--address <address>', 'only what came from there (repeatable)', collect(String))
    .option('--since <when>', `from then on: ${WHEN}`)
    .option('--until <when>', 'up to then')
    .option('--after <sequence>', 'only rows after this one', integer(0))
    .option('--before <sequence>', 'only rows before this one', integer(1))
}

function chainHead(text: string) {
  const head = parseChainHead(text)
  if (head !== undefined) return head
  throw usage('--head must be <sequence>:<hash>, as `latchkey audit verify` prints it.')
}
