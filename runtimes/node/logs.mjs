import { AsyncLocalStorage } from 'node:async_hooks'

// As in instance.mjs: quicker than an import.
const { inspect } = process.getBuiltinModule('node:util')

/** The call whose handler is running. @type {AsyncLocalStorage<import('./call.mjs').Call>} */
export const currentCall = new AsyncLocalStorage()

/** Makes each line that is written during a request carry its id: `\x1e<request id>\x1f`. */
export function installLogs() {
  patchWhenUsed('stdout')
  patchWhenUsed('stderr')
}

/** The whole error to stderr, as lines of the call if there is one. Never throws. */
export function logError(call, error) {
  const write = () => process.stderr.write(`${inspect(error)}\n`)
  try {
    if (call === undefined) write()
    else currentCall.run(call, write)
  } catch {
    // The function has broken the stream, or its error cannot be shown: nowhere is left to say it.
  }
}

const { exit } = process

/** This process cannot serve any more: its end is what gets it replaced. */
export function giveUp(error) {
  logError(undefined, error)
  exit.call(process, 1)
}

/** Opening a standard stream costs start-up time that a function which prints nothing need not pay. */
function patchWhenUsed(name) {
  const original = Object.getOwnPropertyDescriptor(process, name)
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      const stream = original.get.call(process)
      Object.defineProperty(process, name, { ...original, get: () => stream })
      patch(stream)
      return stream
    },
  })
}

function patch(stream) {
  // What waits in this process when the pipe is full would be lost if it exits or crashes.
  stream._handle?.setBlocking?.(true)
  const write = stream.write
  /** Whose line is unfinished; undefined at the start of a line. */
  let lineOwner

  stream.write = (chunk, encoding, callback) => {
    const owner = currentCall.getStore()?.requestId ?? ''
    const isText = isUtf8Text(chunk, encoding)
    const text = isText ? chunk : latin1Of(chunk, encoding)
    if (text === '') return write.call(stream, chunk, encoding, callback)
    const prefix = owner === '' ? '' : `\x1e${owner}\x1f`
    let start = lineOwner === owner ? '' : prefix
    // Another request's unfinished line: this one must not be taken for its rest.
    if (lineOwner !== undefined && lineOwner !== owner) start = `\n${prefix}`
    lineOwner = text.endsWith('\n') ? undefined : owner
    const lines = prefix === '' ? text : text.replaceAll(/\n(?!$)/g, () => `\n${prefix}`)
    const done = typeof encoding === 'function' ? encoding : callback
    return write.call(stream, start + lines, isText ? 'utf8' : 'latin1', done)
  }
}

function isUtf8Text(chunk, encoding) {
  return typeof chunk === 'string' && (typeof encoding !== 'string' || /^utf-?8$/i.test(encoding))
}

/** Bytes as latin1, to be written as such, so that they stay as they are. */
function latin1Of(chunk, encoding) {
  const bytes =
    typeof chunk === 'string'
      ? Buffer.from(chunk, encoding)
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  return bytes.latin1Slice()
}
