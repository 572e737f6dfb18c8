/**
 * Runs inside a sandbox at Latchkey's start and tells what it finds, as JSON on stdout, so that what is
 * promised of functions was seen to hold.
 *
 *   node probe.mjs <code folder> <port of a listener on the host's 127.0.0.1> <host alias> <name server> <addresses> <paths that must not be seen>...
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'

const [codeFolder, port, hostAlias, nameServer, addresses, ...hidden] = process.argv.slice(2)
const METADATA = '169.254.169.254'
const CONNECT_MS = 1000
/** More than the limit under which this runs. */
const MANY = 80

const status = readFileSync('/proc/self/status', 'utf8')
const field = (name) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1]
const own = addresses.split(',').filter((address) => address !== '')

const facts = {
  uid: userInfo().uid,
  capabilities: field('CapEff'),
  noNewPrivileges: field('NoNewPrivs') === '1',
  seccomp: field('Seccomp') === '2',
  processes: readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
  seen: hidden.filter((path) => existsSync(path)),
  writable: [codeFolder, '/', '/usr', '/dev', '/etc'].filter(canWrite),
  tempBytes: canWrite('/tmp') ? sizeOf('/tmp') : -1,
  openFiles: limit('Max open files'),
  fileBytes: limit('Max file size'),
  hostAlias: await reach(hostAlias, Number(port)),
  metadata: await reach(METADATA, 80),
  nameServer: await reach(nameServer, Number(port)),
  ownAddresses: Object.fromEntries(
    await Promise.all(own.map(async (address) => [address, await reach(address, Number(port))])),
  ),
  started: await startMany(),
}
process.stdout.write(`${JSON.stringify(facts)}\n`)

function canWrite(folder) {
  try {
    writeFileSync(`${folder}/latchkey-probe`, '')
    return true
  } catch {
    return false
  }
}

function sizeOf(folder) {
  const { blocks, bsize } = statfsSync(folder)
  return blocks * bsize
}

function limit(name) {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(name))
  return Number(line?.slice(name.length).trim().split(/\s+/)[0] ?? Number.NaN)
}

/** `connected`, or why not. */
function reach(host, onPort) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: onPort, timeout: CONNECT_MS })
    const end = (word) => {
      socket.destroy()
      resolve(word)
    }
    socket.once('connect', () => end('connected'))
    socket.once('timeout', () => end('timeout'))
    socket.once('error', (error) => end(error.code ?? error.message))
  })
}

/** How many further processes could be started. */
async function startMany() {
  const children = []
  for (let i = 0; i < MANY; i++) {
    const child = spawn('sleep', ['5'], { stdio: 'ignore' })
    const failed = await new Promise((resolve) => {
      child.once('spawn', () => resolve(false))
      child.once('error', () => resolve(true))
    })
    if (failed) break
    children.push(child)
  }
  for (const child of children) child.kill('SIGKILL')
  return children.length
}
