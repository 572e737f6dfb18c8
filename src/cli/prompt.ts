import { createInterface } from 'node:readline/promises'
import { Failure, usage } from './failure.ts'

const SECRET_CHARS_MAX = 4096

export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** A line typed without echo on a terminal, or the first line of standard input, without spaces around it. */
export async function readSecret(question: string): Promise<string> {
  return (await readHidden(question)).trim()
}

/** The same with its spaces, for they may be part of it. */
export async function readPassword(question: string): Promise<string> {
  return (await readHidden(question)).replace(/\r$/, '')
}

async function readHidden(question: string): Promise<string> {
  if (canAsk()) return askHidden(question)
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin) {
    text += chunk
    if (text.length > SECRET_CHARS_MAX || text.includes('\n')) break
  }
  return text.split('\n', 1)[0]!
}

/** Asks before something is lost. Without a terminal there is nobody to ask, and the answer is yes. */
export async function confirmDeletion(what: string, yes: boolean | undefined): Promise<void> {
  if (yes === true || !canAsk()) return
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`Delete ${what}? [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('failed', 'Nothing was deleted.')
  } finally {
    lines.close()
  }
}

function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process
  // Before the question, so that nothing is echoed that is typed or pasted as soon as it stands there.
  stdin.setRawMode(true)
  stderr.write(question)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (settle: () => void) => {
      stdin.off('data', read)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const read = (chunk: string) => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n') return end(() => resolve(typed))
        if (character === '\u0003' || character === '\u0004') {
          return end(() => reject(usage('Nothing was entered.')))
        }
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1)
        else if (typed.length < SECRET_CHARS_MAX) typed += character
      }
    }
    stdin.on('data', read)
  })
}
