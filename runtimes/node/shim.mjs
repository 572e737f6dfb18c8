/**
 * The program of a Node instance: waits on fd 3 for the function that it is to become, loads it,
 * and answers frames until fd 3 closes or it is told to stop. ../PROTOCOL.md describes both.
 */
import { Socket } from 'node:net'
import {
  CONTROL_PAYLOAD_BYTES_MAX,
  encodeFrame,
  FRAME_TYPES,
  FrameDecoder,
  PROTOCOL_VERSION,
} from './frames.mjs'
import { Instance } from './instance.mjs'
import { loadHandler } from './load.mjs'
import { currentCall, installLogs, logError } from './logs.mjs'

const CONTROL_FD = 3
/** A process that was started for a function is assigned to it by then. */
const REHEARSE_AFTER_MS = 10

const control = new Socket({ fd: CONTROL_FD, readable: true, writable: true })
/** @type {Instance | undefined} */
let instance

installLogs()
surviveErrors()
listenToEngine()
const rehearsal = setTimeout(rehearseSafely, REHEARSE_AFTER_MS)

function listenToEngine() {
  const decoder = new FrameDecoder(CONTROL_PAYLOAD_BYTES_MAX, onFrame)
  control.on('data', (chunk) => {
    if (decoder.push(chunk) !== 'ok') process.exit(1)
  })
  // The engine is gone, or wants this instance to be.
  control.on('close', () => process.exit(0))
  control.on('error', () => process.exit(0))
}

function onFrame(type, _flags, _id, bytes, start, end) {
  switch (type) {
    case FRAME_TYPES.ASSIGN:
      become(JSON.parse(bytes.utf8Slice(start, end)))
      return true
    case FRAME_TYPES.PING:
      control.write(encodeFrame(FRAME_TYPES.PONG, 0, 0))
      return true
    case FRAME_TYPES.STOP:
      if (instance === undefined) process.exit(0)
      instance.stop()
      return true
    default:
      return false
  }
}

/** While nothing is assigned there is time for what the first request would have to wait for. */
async function rehearseSafely() {
  const { TMPDIR } = process.env
  if (TMPDIR === undefined) return
  try {
    const { rehearse } = await import('./rehearsal.mjs')
    await rehearse(`${TMPDIR}/rehearsal.sock`)
  } catch {
    // Such as a path that is too long for a socket. The first request then takes a few milliseconds more.
  }
}

async function become(assignment) {
  clearTimeout(rehearsal)
  try {
    putOwnNodeFirst()
    Object.assign(process.env, assignment.envs)
    process.chdir(assignment.folder)
    const handler = await loadHandler(assignment.folder, assignment.entry, assignment.method)
    const started = await Instance.start(assignment, handler)
    instance = started
    tell(FRAME_TYPES.READY, { protocol: PROTOCOL_VERSION })
  } catch (error) {
    tell(FRAME_TYPES.FAILED, { message: error.message })
  }
}

/** What a function starts as `node` is the Node that it runs on itself. */
function putOwnNodeFirst() {
  const { execPath, env } = process
  const folder = execPath.slice(0, execPath.lastIndexOf('/'))
  const { PATH = '' } = env
  if (PATH !== folder && !PATH.startsWith(`${folder}:`)) env.PATH = `${folder}:${PATH}`
}

function tell(type, message) {
  control.write(encodeFrame(type, 0, 0, Buffer.from(JSON.stringify(message))))
}

/** One request's mistake ends that request, never the process that others are in. */
function surviveErrors() {
  const onError = (error) => {
    const call = currentCall.getStore()
    if (call === undefined) logError(undefined, error)
    else call.fail(error)
  }
  process.on('uncaughtException', onError)
  process.on('unhandledRejection', onError)
}
