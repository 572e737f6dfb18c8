import { type ChildProcess, spawn } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import type { Readable, Writable } from 'node:stream'

export interface NetworksOptions {
  /** How many stand ready. */
  readonly size: number
  /** Without root's rights a network belongs to a user namespace of its own. */
  readonly asRoot: boolean
}

/** A network of one sandbox, through which it reaches what this machine reaches, but for this machine. */
export interface Network {
  /** Goes in front of the command that is to be in it. */
  readonly prefix: readonly string[]
  readonly isReady: boolean
  /** Undefined when it is; else why it cannot be had. Never rejects. */
  readonly ready: Promise<string | undefined>
  end(): void
}

/** Of a range that is set aside for tests of network devices, so that nothing real has them. */
const NETWORK = '198.18.127.0/24'
export const NAME_SERVER = '198.18.127.3'
export const HOST_ALIAS = '198.18.127.2'

/** Where clouds tell a machine its secrets. */
const METADATA = ['169.254.0.0/16']
/** So that making one does not slow the start that has taken one. */
const REFILL_DELAY_MS = 50

/**
 * Networks made ahead, because one takes ten milliseconds: a network namespace that `cat` holds open,
 * joined to the machine's network by a slirp4netns. Both end when their pipes to this process close.
 */
export class Networks {
  readonly #options: NetworksOptions
  readonly #prepared: Network[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: NetworksOptions) {
    this.#options = options
  }

  take(): Network {
    const network = this.#prepared.shift() ?? this.#make()
    this.#refillSoon()
    return network
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const network of this.#prepared.splice(0)) network.end()
  }

  #refillSoon(): void {
    if (this.#closed || this.#timer !== undefined) return
    if (this.#prepared.length >= this.#options.size) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const network = this.#make()
      this.#prepared.push(network)
      void network.ready.then((failure) => {
        if (failure === undefined) this.#refillSoon()
        else this.#drop(network)
      })
    }, REFILL_DELAY_MS).unref()
  }

  /** The next one to be taken is made then, and tells why it cannot be. */
  #drop(network: Network): void {
    const index = this.#prepared.indexOf(network)
    if (index >= 0) this.#prepared.splice(index, 1)
  }

  #make(): Network {
    return new SlirpNetwork(this.#options.asRoot)
  }
}

const HOLD_SCRIPT = 'ip -batch - <<EOF || exit 1\n$1\nEOF\necho made\nexec cat'

class SlirpNetwork implements Network {
  readonly prefix: readonly string[]
  readonly ready: Promise<string | undefined>
  readonly #holder: ChildProcess
  #slirp: ChildProcess | undefined
  #isReady = false
  #ended = false

  constructor(asRoot: boolean) {
    const spaces = asRoot ? ['--net'] : ['--user', '--map-root-user', '--net']
    this.#holder = spawn(
      'unshare',
      [...spaces, '--', 'sh', '-c', HOLD_SCRIPT, 'sh', routes().join('\n')],
      { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: ENVIRONMENT },
    )
    this.#holder.stdin!.on('error', () => {
      // It has ended; its exit says the rest.
    })
    const target = ['--target', String(this.#holder.pid), '--net']
    const user = asRoot ? [] : ['--user', '--preserve-credentials']
    this.prefix = ['nsenter', ...target, ...user, '--']
    this.ready = this.#begin().then((failure) => {
      this.#isReady = failure === undefined
      if (!this.#isReady) this.end()
      return failure
    })
  }

  get isReady(): boolean {
    return this.#isReady
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#holder.stdin?.destroy()
    this.#holder.stdout?.destroy()
    this.#holder.stderr?.destroy()
    if (this.#slirp !== undefined) for (const stream of this.#slirp.stdio) stream?.destroy()
  }

  async #begin(): Promise<string | undefined> {
    const { stdout, stderr } = this.#holder
    const failure = await firstWord('ip', this.#holder, stdout!, stderr!)
    if (failure !== undefined || this.#ended) return failure ?? 'it was given up'
    this.#slirp = spawn(
      'slirp4netns',
      [
        ...['--configure', '--mtu=65520', `--cidr=${NETWORK}`, '--disable-host-loopback'],
        ...['--enable-sandbox', '--enable-seccomp', '--ready-fd=3', '--exit-fd=4'],
        ...[String(this.#holder.pid), 'tap0'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: true, env: ENVIRONMENT },
    )
    const [, , errors, ready, exit] = this.#slirp.stdio
    exit?.on('error', () => {
      // It has ended; its exit says the rest.
    })
    return firstWord('slirp4netns', this.#slirp, ready as Readable, errors as Readable)
  }
}

const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/**
 * For `ip -batch`. Of the name server only its service is there: its address would lead to all others of
 * the machine's own resolver, which may be Latchkey's machine.
 */
function routes(): string[] {
  return [
    'link set lo up',
    ...[...METADATA, ...ownAddresses()].map((address) => `route add unreachable ${address}`),
    `rule add pref 10 to ${NAME_SERVER} ipproto udp dport 53 lookup main`,
    `rule add pref 11 to ${NAME_SERVER} ipproto tcp dport 53 lookup main`,
    `rule add pref 12 to ${NAME_SERVER} unreachable`,
  ]
}

/** IPv4 alone: the networks have no other. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const own = all.filter(({ family, internal }) => family === 'IPv4' && !internal)
  const outside = own.filter(({ address }) => !address.startsWith('169.254.'))
  return [...new Set(outside.map(({ address }) => `${address}/32`))]
}

/** Resolves when the program has written its first word, or to why it ended before. */
function firstWord(
  name: string,
  child: ChildProcess,
  words: Readable,
  errors: Readable,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = ''
    errors.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-1000)
    })
    for (const stream of [words, errors]) {
      stream.on('error', () => {
        // It has ended; its exit says the rest.
      })
    }
    words.once('data', () => resolve(undefined))
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => {
      const reason = said.trim().split('\n').at(-1)
      resolve(
        `${name} ended with ${code}${reason === undefined || reason === '' ? '' : `: ${reason}`}`,
      )
    })
  })
}

/** Puts the command behind a word on the descriptor, for a network that is not ready yet. */
export function gated(command: readonly string[], fd: number): string[] {
  return ['sh', '-c', `read -r _ <&${fd} && exec "$@" ${fd}<&-`, 'sh', ...command]
}

/** Opens the gate when the network is ready, closes it for good when it cannot be. */
export async function openGate(gate: Writable, network: Network): Promise<void> {
  gate.on('error', () => {
    // Whoever waited at it has ended.
  })
  const failure = await network.ready
  if (failure === undefined) gate.end('go\n')
  else gate.destroy()
}
