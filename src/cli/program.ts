import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { visible } from './visible.ts'

interface Noun {
  readonly name: string
  readonly summary: string
  /** Adds its verbs and options; loaded only for the noun that was asked for. */
  readonly define: () => Promise<(command: Command) => void>
}

export const NOUNS: readonly Noun[] = [
  {
    name: 'serve',
    summary: 'run the server',
    define: async () => (await import('./serve.ts')).defineServe,
  },
  {
    name: 'login',
    summary: 'keep an API token for a server',
    define: async () => (await import('./login.ts')).defineLogin,
  },
  {
    name: 'function',
    summary: 'create, deploy, call and read functions',
    define: async () => (await import('./function.ts')).defineFunction,
  },
  {
    name: 'runtime',
    summary: 'what functions can run on',
    define: async () => (await import('./runtime.ts')).defineRuntime,
  },
  {
    name: 'isolation',
    summary: 'how functions are kept apart',
    define: async () => (await import('./isolation.ts')).defineIsolation,
  },
  {
    name: 'namespace',
    summary: 'groups of functions',
    define: async () => (await import('./namespace.ts')).defineNamespace,
  },
  {
    name: 'key',
    summary: 'what callers of functions present',
    define: async () => (await import('./key.ts')).defineKey,
  },
  {
    name: 'notification',
    summary: 'what there is to know of keys, and what of it you have read',
    define: async () => (await import('./notification.ts')).defineNotification,
  },
  {
    name: 'trigger',
    summary: 'functions called by the clock',
    define: async () => (await import('./trigger.ts')).defineTrigger,
  },
  {
    name: 'call',
    summary: 'calls whose callers do not wait',
    define: async () => (await import('./call.ts')).defineCall,
  },
  {
    name: 'audit',
    summary: 'what happened, and whether the log of it is as it was written',
    define: async () => (await import('./audit.ts')).defineAudit,
  },
  {
    name: 'webhook',
    summary: 'where events of keys are sent to',
    define: async () => (await import('./webhook.ts')).defineWebhook,
  },
  {
    name: 'mail',
    summary: 'what was sent by e-mail',
    define: async () => (await import('./webhook.ts')).defineMail,
  },
  {
    name: 'token',
    summary: 'what operators present to the REST API',
    define: async () => (await import('./token.ts')).defineToken,
  },
  {
    name: 'user',
    summary: 'who works with this server',
    define: async () => (await import('./user.ts')).defineUser,
  },
  {
    name: 'member',
    summary: 'who has which role on a project',
    define: async () => (await import('./user.ts')).defineMember,
  },
  {
    name: 'whoami',
    summary: 'as whom you are logged in',
    define: async () => (await import('./user.ts')).defineWhoami,
  },
]

/** The command line, with the verbs of one noun or, for the reference page, of all. */
export async function buildProgram(wanted: string | 'all'): Promise<Command> {
  const program = new Command('latchkey')
    .description('Functions whose endpoints open only with API keys.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('next: see `latchkey --help`')
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      subcommandDescription: (command) => command.summary() || firstSentence(command.description()),
    })
    .configureOutput({
      outputError: (text, write) => write(visible(withoutValues(text), '\n')),
    })
    .addHelpText('after', '\nExit codes, environment and examples: docs/cli.md')
  for (const noun of NOUNS) {
    const command = program.command(noun.name).summary(noun.summary).helpCommand(false)
    command.description(`${noun.summary[0]!.toUpperCase()}${noun.summary.slice(1)}.`)
    if (wanted === 'all' || wanted === noun.name) (await noun.define())(command)
  }
  for (const command of allCommands(program)) {
    command.showHelpAfterError(`next: see \`${fullName(command)} --help\``)
  }
  return program
}

/** The program itself and every command below it, in the order of definition. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((c) => allCommands(c))]
}

/** `latchkey key create`. */
export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

/** What was put where it does not belong may be a secret: it is not repeated. */
function withoutValues(text: string): string {
  return text
    .replace(/(too many arguments.* but got \d+): .*$/m, '$1.')
    .replace(/(unknown option '[^'=]*)=.*'/s, "$1'")
    .replace(/(value|argument) '[^']{41,}' is invalid/s, '$1 is invalid')
}

function firstSentence(description: string): string {
  return description.replace(/\. .*$/s, '.')
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
