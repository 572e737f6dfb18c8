import { readFileSync } from 'node:fs'
import { usage } from '../failure.ts'

/** The bytes of a file that an option names; `-` is standard input. */
export async function readInput(path: string, option: string): Promise<Buffer> {
  if (path !== '-') return readBytes(path, option)
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The same for text in UTF-8. */
export async function readTextInput(path: string, option: string): Promise<string> {
  return decode(await readInput(path, option), path, option)
}

export function readTextFile(path: string, option: string): string {
  return decode(readBytes(path, option), path, option)
}

function readBytes(path: string, option: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw usage(`${option}: ${path} cannot be read: ${reason(error)}.`)
  }
}

function decode(bytes: Uint8Array, path: string, option: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw usage(`${option}: ${path} is not a text file in UTF-8.`)
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES') return 'you may not read it'
  return message
}
