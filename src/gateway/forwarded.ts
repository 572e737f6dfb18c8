import { BlockList, isIP } from 'node:net'
import { familyOf, parseAddressRange, plainAddress } from '../lib/addresses.ts'
import type { CallerRequest, CallerSocket } from './caller.ts'
import { readReport } from './forwarded-report.ts'
import type { RequestHead } from './request-head.ts'

/** Who made a request, as far as the gateway believes it. */
export interface Caller {
  /** Undefined where the socket has none. */
  readonly address: string | undefined
  readonly proto: 'http' | 'https'
  /** What the function is told of it, as `\nname\nvalue` each. */
  readonly fields: string
}

/**
 * Tells functions and logs where a request comes from: the other end of the socket, or, when that is a trusted
 * proxy, whom it names.
 *
 *   caller -> 198.51.100.7 -> 10.0.0.2 (trusted) -> 10.0.0.1 (trusted) -> gateway
 *             the caller: the right-most one that is not trusted
 */
export class Forwarding {
  /** Undefined when nobody is. */
  readonly #trusted: BlockList | undefined

  /** `trustedProxies`: addresses and ranges as `parseAddressRange` reads them. */
  constructor(trustedProxies: readonly string[]) {
    this.#trusted = trustedProxies.length === 0 ? undefined : blockListOf(trustedProxies)
  }

  /** Without port. Whatever is no address is not trusted. */
  isTrusted(address: string): boolean {
    if (this.#trusted === undefined) return false
    const plain = plainAddress(address)
    const version = isIP(plain)
    return version !== 0 && this.#trusted.check(plain, familyOf(version))
  }

  callerOf(req: Pick<CallerRequest, 'socket' | 'rawHeaders'>, head: RequestHead): Caller {
    const socket = req.socket as KnownSocket
    const known = socket[KNOWN] ?? this.#know(socket)
    if (known.isTrusted) return this.#namedBy(known, req.rawHeaders, head.host)
    // The requests of one connection mostly name one host.
    if (known.host !== head.host) {
      known.host = head.host
      known.caller = callerAt(known.address, known.proto, head.host)
    }
    return known.caller
  }

  #know(socket: KnownSocket): Known {
    const address =
      socket.remoteAddress === undefined ? undefined : plainAddress(socket.remoteAddress)
    const proto = socket.encrypted === true ? 'https' : 'http'
    const isTrusted = address !== undefined && this.isTrusted(address)
    const known = {
      address,
      proto,
      isTrusted,
      host: '',
      caller: callerAt(address, proto, ''),
    } as const
    socket[KNOWN] = known
    return known
  }

  /** The caller as a trusted proxy names it; what it says in another form than it should counts as not said. */
  #namedBy(known: Known, rawHeaders: readonly string[], host: string): Caller {
    const chain = [known.address!]
    let { proto } = known
    let named = host
    for (const hop of readReport(rawHeaders).slice(-HOPS_MAX).reverse()) {
      // What this hop says was written by the one that is first now.
      if (!this.isTrusted(chain[0]!)) break
      proto = hop.proto ?? proto
      named = hop.host ?? named
      if (hop.address === undefined) break
      chain.unshift(hop.address)
    }
    return callerAlong(chain, proto, named)
  }
}

/** Far more proxies than stand in a row: a bound on what a caller can make of the head that a function gets. */
const HOPS_MAX = 32

/** What is the same for all requests of a connection. */
interface Known {
  readonly address: string | undefined
  readonly proto: 'http' | 'https'
  readonly isTrusted: boolean
  /** Of the last request, for which `caller` was made. */
  host: string
  caller: Caller
}

interface KnownSocket extends CallerSocket {
  [KNOWN]?: Known
}

const KNOWN = Symbol('known')

/** Who called, when nobody stands in between. */
export function callerAt(
  address: string | undefined,
  proto: 'http' | 'https',
  host: string,
): Caller {
  if (address !== undefined) return callerAlong([address], proto, host)
  return { address, proto, fields: fieldsOf('for=unknown', '', proto, host) }
}

/** `chain`: the caller first, then the proxies that passed it on. */
function callerAlong(chain: readonly string[], proto: 'http' | 'https', host: string): Caller {
  const [first, ...proxies] = chain.map((address) => `for=${nodeOf(address)}`)
  const rest = proxies.map((proxy) => `, ${proxy}`).join('')
  const fields = fieldsOf(first!, rest, proto, host, chain.join(', '))
  return { address: chain[0], proto, fields }
}

function fieldsOf(
  first: string,
  rest: string,
  proto: string,
  host: string,
  addresses?: string,
): string {
  const ofHost = host === '' ? '' : `;host="${host}"`
  let fields = `\nforwarded\n${first}${ofHost};proto=${proto}${rest}\nx-forwarded-proto\n${proto}`
  if (addresses !== undefined) fields += `\nx-forwarded-for\n${addresses}`
  if (host !== '') fields += `\nx-forwarded-host\n${host}`
  // In one piece: each request copies it, and the pieces of a put-together text are looked for anew each time.
  return Buffer.from(fields, 'latin1').toString('latin1')
}

/** RFC 7239, 6: an IPv6 address stands in brackets, which only a quoted string may hold. */
function nodeOf(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of ranges) {
    const { address, prefix, family } = parseAddressRange(text)!
    list.addSubnet(address, prefix, family)
  }
  return list
}
