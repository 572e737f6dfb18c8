import { writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { EXIT_CODES } from '../src/cli/exit-codes.ts'
import { allCommands, buildProgram, fullName } from '../src/cli/program.ts'
import { EXIT_REFUSED } from '../src/server/role-messages.ts'

export const PAGE = fileURLToPath(new URL('../docs/cli.md', import.meta.url))
/** What a pipe gets, so that the page is what \`--help\` prints into a file. */
const HELP_WIDTH = 80

const HEAD = `# The command line

<!-- Made by scripts/write-cli-docs.ts; a test keeps it equal to what --help prints. -->

\`latchkey <noun> <verb>\`: one program that runs the server and speaks with it. Data goes to standard
output, everything else (progress, notes, questions, errors) to standard error. \`--json\` prints the
API's answer instead of a table; a command that waits for a function or namespace prints it as it is
when the wait is over, and with \`--no-wait\`, or after a deletion, the tasks that were started.

\`\`\`sh
latchkey login http://127.0.0.1:8080            # asks for the API token, without echo
latchkey namespace create shop
latchkey function create shop/price --file handler.js
latchkey key create web --function shop/price --expire 30d > web.key
LATCHKEY_KEY=$(cat web.key) latchkey function invoke shop/price --data '{"item": 7}'
latchkey function logs shop/price --follow
latchkey key delete web --yes                   # from now on the caller gets 401
\`\`\`

## Who asks, and where

The API token is read from \`LATCHKEY_TOKEN\`, else from the login file, never from an argument: other
users of a machine can read arguments. \`latchkey login [url]\` asks for it without echo, or reads the
first line of standard input (\`latchkey login < token\`), verifies it, and writes it to
\`$XDG_CONFIG_HOME/latchkey/credentials.json\` (\`~/.config\` when that is not set), which only its owner
can read. Several servers are kept; the one logged in to last is used until \`--url\` names another.

| variable | meaning |
|---|---|
| \`LATCHKEY_URL\` | the server, in place of \`--url\` |
| \`LATCHKEY_TOKEN\` | the API token, in place of the login file |
| \`LATCHKEY_PROJECT\`, \`LATCHKEY_REGION\` | in place of \`--project\` and \`--region\` |
| \`LATCHKEY_KEY\` | the key that \`function invoke\` presents, unless \`--key-env\` names another variable |
| \`NODE_EXTRA_CA_CERTS\` | a file with the authority of the server's certificate |

## Exit codes

An error says what happened, where it helps the fields and the request id, and what to do next.

| code | meaning |
|---|---|
${exitCodeRows()}

\`latchkey serve\` ends with a code of its own: 0 after a stop that was asked for, ${EXIT_REFUSED} when it refuses to
start and says why.

## Deploying a folder

\`latchkey function deploy <folder>\` sends every text file of the folder, 1 MiB in all. Names that begin
with a dot, \`node_modules\` and lock files are left out; a file that is not text, or a link, is refused by
name. \`package.json\` says which packages the build installs. \`latchkey.json\` may say the rest:

\`\`\`json
{
  "namespace": "shop",
  "name": "price",
  "description": "Prices of things",
  "runtime": "nodejs26",
  "main": "index.ts",
  "mainMethod": "handler",
  "envs": { "CURRENCY": "EUR" },
  "flavor": "80mCPU-128MB",
  "timeout": 30,
  "autoscaling": { "min": 0, "max": 10 },
  "requiresKey": true,
  "keys": ["web"]
}
\`\`\`

Left out: the namespace is \`default\`, the name is the folder's, the main file is \`main\` of \`package.json\`,
else \`handler\` or \`index\` with \`.ts\`, \`.mjs\`, \`.cjs\` or \`.js\`; a new function gets the values shown above
for runtime (the Node that the server runs on), method, flavor, timeout and scaling, and wants a key. An existing
function keeps what is left out.

## Commands
`

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await cliPage())

/** The text of `docs/cli.md`: the head, and the help of every command. */
export async function cliPage(): Promise<string> {
  const commands = allCommands(await buildProgram('all'))
  return [HEAD, ...commands.map(section)].join('\n')
}

/** What the command prints for `--help` where there is no terminal. */
export function helpText(command: Command): string {
  let text = ''
  command.configureOutput({
    ...command.configureOutput(),
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return text
}

function section(command: Command): string {
  return `### ${fullName(command)}\n\n\`\`\`\n${helpText(command).trimEnd()}\n\`\`\`\n`
}

function exitCodeRows(): string {
  return Object.values(EXIT_CODES)
    .map(([code, meaning]) => `| ${code} | ${meaning} |`)
    .join('\n')
}
