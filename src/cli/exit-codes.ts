/** What the command's exit code means; `docs/cli.md` lists them, and a test keeps the two equal. */
export const EXIT_CODES = {
  ok: [0, 'Done.'],
  failed: [
    1,
    'The server refused it, the build failed, the function answered 400 or above, or the audit is not as it was written.',
  ],
  usage: [2, 'The command line, or a file that it names, is not right. Nothing was sent.'],
  unauthorized: [3, 'There is no API token for the server, or it is not valid there (401).'],
  notFound: [4, 'What the command names does not exist (404).'],
  unreachable: [5, 'The server, or the function’s endpoint, could not be reached.'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>

export type ExitName = keyof typeof EXIT_CODES

export function exitCode(name: ExitName): number {
  return EXIT_CODES[name][0]
}
