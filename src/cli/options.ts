import { type Command, InvalidArgumentError, Option } from 'commander'
import { type FunctionName, isName, parseFunctionName } from '../domain/names.ts'
import { usage } from './failure.ts'
import { secretSource } from './secret-values.ts'

/** The options of every command that speaks with a server. */
export interface ApiFlags {
  readonly url?: string
  readonly project: number
  readonly region: number
  readonly json?: boolean
}

export interface PageFlags<OrderBy extends string> {
  readonly search?: string
  readonly orderBy?: OrderBy
  readonly limit?: number
  readonly offset?: number
}

/** The options of commands that ask about no one project. */
export interface ServerFlags {
  readonly url?: string
  readonly json?: boolean
}

export function addServerOptions(command: Command): Command {
  return addUrlOption(command).option('--json', "print the API's answer as JSON")
}

function addUrlOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--url <url>',
      "the server's URL (default: the last login's, or http://127.0.0.1:8080)",
    ).env('LATCHKEY_URL'),
  )
}

export function addApiOptions(command: Command): Command {
  return addUrlOption(command)
    .addOption(
      new Option('--project <id>', 'the project')
        .env('LATCHKEY_PROJECT')
        .default(1)
        .argParser(integer(1)),
    )
    .addOption(
      new Option('--region <id>', 'the region')
        .env('LATCHKEY_REGION')
        .default(1)
        .argParser(integer(1)),
    )
    .option('--json', "print the API's answer as JSON")
}

export function addPageOptions(command: Command, orders: readonly string[]): Command {
  return addSearchOptions(command).addOption(
    new Option('--order-by <order>', 'the order').choices(orders),
  )
}

/** For lists that have one order. */
export function addSearchOptions(command: Command): Command {
  return command
    .option('--search <text>', 'only names that contain the text')
    .option('--limit <count>', 'at most so many', integer(1, 1000))
    .option('--offset <count>', 'leave out so many at the beginning', integer(0))
}

/** @param part - What rows can be told apart by. */
export function addUsageOptions(command: Command, part: string): Command {
  return command
    .addOption(
      new Option('--step <step>', 'the time that one line tells of')
        .choices(['minute', 'hour', 'day'])
        .default('hour'),
    )
    .option(
      '--since <when>',
      'from then on: 90m, 12h, 30d or 2w ago, a day or a moment (default: an hour of minutes, a day of hours, 30 days)',
    )
    .option('--until <when>', 'to then (default: now)')
    .option(`--by-${part}`, `a line for each ${part}`)
}

export function addYesOption(command: Command): Command {
  return command.option('-y, --yes', 'do not ask')
}

export function pageQuery<O extends string>(flags: PageFlags<O>) {
  return {
    search: flags.search,
    order_by: flags.orderBy,
    limit: flags.limit,
    offset: flags.offset,
  }
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    const upTo =
      most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
    throw new InvalidArgumentError(`It must be a whole number ${upTo}.`)
  }
}

export function resourceName(text: string): string {
  if (isName(text)) return text
  throw new InvalidArgumentError(
    'A name is 2 to 26 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen.',
  )
}

export function functionName(text: string): FunctionName {
  const name = parseFunctionName(text)
  if (name !== undefined) return name
  throw new InvalidArgumentError('A function is named <namespace>/<name>, such as demo/hello.')
}

/** For options that may be given several times. */
export function collect<T>(parse: (text: string) => T): (text: string, before?: T[]) => T[] {
  return (text, before = []) => [...before, parse(text)]
}

/** An option of commands that make or change a function or a namespace. */
export const SECRET = [
  '--secret <NAME=@file>',
  'an environment value that is kept sealed and never shown, from a file, NAME=- from standard input, NAME asked for (repeatable)',
  secretSource,
] as const

/** `NAME=value` pairs; a later one wins. What was written is not repeated in the error: it may be a secret. */
export function environment(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf('=')
  const name = at === -1 ? text : text.slice(0, at)
  if (at === -1 || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw usage('--env must have the form NAME=value.')
  }
  return { ...before, [name]: text.slice(at + 1) }
}
