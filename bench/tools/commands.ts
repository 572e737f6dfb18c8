import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where nginx and haproxy often are, although an ordinary user's PATH leaves it out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** The command's path; undefined when the machine has none. */
export function findCommand(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** Standard output of a command that must succeed; it goes on while this process is idle. */
export function output(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly timeout?: number } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${command} failed: ${stderr || stdout || error.message}`))
    })
  })
}

/** The first line that a command says about its version, wherever it says it. */
export function versionLine(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    // wrk has no other way to say its version than to fail.
    execFile(command, args, (_error, stdout, stderr) => {
      resolve((stdout || stderr).split('\n')[0]?.trim() ?? '')
    })
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Absent or not ours to run: the next folder may have it.
    return false
  }
}
