import { type Command, Option } from 'commander'
import { BODY_BYTES_MOST } from '../domain/function-limits.ts'
import { NETWORK_ACCESSES } from '../domain/network.ts'
import {
  addApiOptions,
  addPageOptions,
  addUsageOptions,
  addYesOption,
  collect,
  environment,
  functionName,
  integer,
  resourceName,
  SECRET,
} from './options.ts'

const MAX_BODY_BYTES = [
  '--max-body-bytes <bytes>',
  'the largest body of a call, 0 for what the server takes',
  integer(0, BODY_BYTES_MOST),
] as const

function networkOption(): Option {
  const words = 'what it may reach: all but this machine, or nothing'
  return new Option('--network <access>', words).choices([...NETWORK_ACCESSES])
}

const UNSET_SECRET = [
  '--unset-secret <name>',
  'remove a secret environment value (repeatable)',
  collect(String),
] as const

const ORDERS = ['created_at.asc', 'created_at.desc', 'name.asc', 'name.desc']

export function defineFunction(noun: Command): void {
  defineCreate(noun)
  defineDeploy(noun)
  defineReading(noun)
  defineUsage(noun)
  defineUpdate(noun)
  defineVersions(noun)
  defineDelete(noun)
  defineInvoke(noun)
}

function defineCreate(noun: Command): void {
  const command = noun
    .command('create')
    .description(
      'Creates a function from one file and waits until it is deployed. Prints its endpoint. Its namespace must exist. Callers need a key unless --open is given.',
    )
    .argument('<namespace/name>', 'the new function', functionName)
    .requiredOption('--file <path>', 'the source file, - for standard input')
    .option(
      '--runtime <name>',
      'the runtime, one of `latchkey runtime list` (default: the Node that the server runs on)',
    )
    .option('--main-method <name>', 'the exported method to call', 'handler')
    .option('--min <count>', 'instances that always run', integer(0, 50), 0)
    .option('--max <count>', 'instances at most', integer(1, 50), 10)
    .option('--flavor <name>', 'processor and memory of an instance', '80mCPU-128MB')
    .option(
      '--timeout <seconds>',
      'the time limit of a call, 0 for the longest',
      integer(0, 180),
      30,
    )
    .option(...MAX_BODY_BYTES)
    .addOption(networkOption())
  addSourceOptions(command)
    .option('--key <name>', 'a key that opens it (repeatable)', collect(resourceName))
    .option('--open', 'want no key: anyone may call it')
  addWaitOption(addApiOptions(command)).action(async (name, flags) => {
    const { createFunction } = await import('./function/create.ts')
    await createFunction(name, flags)
  })
}

function defineDeploy(noun: Command): void {
  const command = noun
    .command('deploy')
    .description(
      'Creates the function of a folder, and its namespace, or updates them, and waits until it is deployed. Prints its endpoint. latchkey.json in the folder says what it is; what it leaves out is inferred.',
    )
    .argument('<folder>', 'the folder with the source')
    .option(...SECRET)
    .addOption(
      new Option(
        '--name <namespace/name>',
        "the function (default: latchkey.json, else the folder's name in the namespace default)",
      ).argParser(functionName),
    )
  addWaitOption(addApiOptions(command)).action(async (folder, flags) => {
    const { deployFolder } = await import('./function/deploy.ts')
    await deployFolder(folder, flags)
  })
}

function defineReading(noun: Command): void {
  addApiOptions(
    addPageOptions(
      noun
        .command('list')
        .description('Lists functions, of one namespace or of all.')
        .argument('[namespace]', 'the namespace', resourceName),
      ORDERS,
    ),
  ).action(async (namespace, flags) => {
    const { listFunctions } = await import('./function/list.ts')
    await listFunctions(namespace, flags)
  })
  addApiOptions(
    noun
      .command('get')
      .description('Shows one function.')
      .argument('<namespace/name>', 'the function', functionName),
  ).action(async (name, flags) => {
    const { getFunction } = await import('./function/get.ts')
    await getFunction(name, flags)
  })
  addApiOptions(
    noun
      .command('logs')
      .description('Prints what a function wrote, the newest lines last: time, instance, line.')
      .argument('<namespace/name>', 'the function', functionName)
      .option('--limit <count>', 'the newest so many lines', integer(1, 100_000), 100)
      .option('-f, --follow', 'go on with lines as they come, until interrupted')
      .option('--since <when>', 'from then on: 90s, 15m, 12h, 7d ago, or a moment')
      .option('--until <when>', 'to then')
      .option('--request-id <id>', "only lines of this request: x-request-id of a caller's answer")
      .option('--instance <id>', 'only lines of this instance')
      .addOption(
        new Option('--stream <name>', 'only lines of it').choices(['stdout', 'stderr', 'system']),
      ),
  ).action(async (name, flags) => {
    const { printLogs } = await import('./function/logs.ts')
    await printLogs(name, flags)
  })
}

function defineUsage(noun: Command): void {
  addUsageOptions(
    addApiOptions(
      noun
        .command('usage')
        .description(
          'Prints how a function was called, by time: requests, how many were refused for their key and why, other answers of 4xx and 5xx, times, bytes.',
        )
        .argument('<namespace/name>', 'the function', functionName),
    ),
    'key',
  ).action(async (name, flags) => {
    const { functionUsage } = await import('./function/usage.ts')
    await functionUsage(name, flags)
  })
}

function defineUpdate(noun: Command): void {
  const command = noun
    .command('update')
    .description(
      'Changes what is given and leaves the rest. A change that has to be built is waited for; until it is built, and when the build fails, the version before it serves. Prints the endpoint.',
    )
    .argument('<namespace/name>', 'the function', functionName)
    .option('--file <path>', 'the source file, - for standard input')
    .option('--main-method <name>', 'the exported method to call')
    .option('--min <count>', 'instances that always run', integer(0, 50))
    .option('--max <count>', 'instances at most', integer(1, 50))
    .option('--flavor <name>', 'processor and memory of an instance')
    .option('--timeout <seconds>', 'the time limit of a call, 0 for the longest', integer(0, 180))
    .option(...MAX_BODY_BYTES)
    .addOption(networkOption())
  addSourceOptions(command)
    .option('--unset-env <name>', 'remove an environment value (repeatable)', collect(String))
    .option(...UNSET_SECRET)
    .option(
      '--key <name>',
      'the keys that open it, and no others (repeatable)',
      collect(resourceName),
    )
    .addOption(new Option('--open', 'want no key from now on').conflicts('requireKey'))
    .option('--require-key', 'want a key from now on')
    .addOption(new Option('--disable', 'answer no calls').conflicts('enable'))
    .option('--enable', 'answer calls again')
  addWaitOption(addApiOptions(command)).action(async (name, flags) => {
    const { updateFunction } = await import('./function/update.ts')
    await updateFunction(name, flags)
  })
}

const versionNumber = integer(1, 2_147_483_647)

function defineVersions(noun: Command): void {
  addApiOptions(
    noun
      .command('versions')
      .description(
        'Lists the versions of a function, newest first: each successful deployment is one.',
      )
      .argument('<namespace/name>', 'the function', functionName)
      .option('--limit <count>', 'at most so many', integer(1, 1000))
      .option('--offset <count>', 'leave out so many at the beginning', integer(0)),
  ).action(async (name, flags) => {
    const { listVersions } = await import('./function/versions.ts')
    await listVersions(name, flags)
  })
  addApiOptions(
    noun
      .command('diff')
      .description(
        'Prints what a version has otherwise than another: code, files and dependencies line by line, the environment by names.',
      )
      .argument('<namespace/name>', 'the function', functionName)
      .argument('[version]', 'the version (default: the one that serves)', versionNumber)
      .argument('[other]', 'what to compare it with (default: the one before it)', versionNumber),
  ).action(async (name, version, other, flags) => {
    const { diffVersions } = await import('./function/diff.ts')
    await diffVersions(name, version, other, flags)
  })
  const rollback = noun
    .command('rollback')
    .description(
      'Puts a version to work again, as it was built. The function is what it was then; the next change starts from there. Prints the endpoint.',
    )
    .argument('<namespace/name>', 'the function', functionName)
    .argument(
      '[version]',
      'the version (default: the one before the one that serves)',
      versionNumber,
    )
  addWaitOption(addApiOptions(rollback)).action(async (name, version, flags) => {
    const { rollbackFunction } = await import('./function/rollback.ts')
    await rollbackFunction(name, version, flags)
  })
}

function defineDelete(noun: Command): void {
  addApiOptions(
    addYesOption(
      noun
        .command('delete')
        .description('Deletes a function. On a terminal it asks first.')
        .argument('<namespace/name>', 'the function', functionName),
    ),
  ).action(async (name, flags) => {
    const { deleteFunction } = await import('./function/delete.ts')
    await deleteFunction(name, flags)
  })
}

function defineInvoke(noun: Command): void {
  addApiOptions(
    noun
      .command('invoke')
      .description(
        "Calls a function's endpoint. Prints the answer's body; its status goes to standard error, and from 400 on the exit code is 1. The key comes from an environment variable, or is asked for on a terminal.",
      )
      .argument('<namespace/name>', 'the function', functionName)
      .option('--method <name>', 'the HTTP method (default: GET, with a body POST)')
      .option('--path <path>', 'the path and query below the endpoint', '/')
      .addOption(new Option('--data <text>', 'the body').conflicts('dataFile'))
      .option('--data-file <path>', 'a file as the body, - for standard input')
      .option('--header <name: value>', 'a header (repeatable)', collect(String))
      .option('--key-env <name>', 'the environment variable with the key', 'LATCHKEY_KEY'),
  ).action(async (name, flags) => {
    const { invokeFunction } = await import('./function/invoke.ts')
    await invokeFunction(name, flags)
  })
}

function addSourceOptions(command: Command): Command {
  return command
    .option('--dependencies <path>', "the language's dependency file, such as package.json")
    .option('--description <text>', 'what it is for')
    .option('--env <NAME=value>', 'an environment value (repeatable)', environment)
    .option(...SECRET)
}

function addWaitOption(command: Command): Command {
  return command.option('--no-wait', 'do not wait until it is deployed; print the task instead')
}
