import { isIP } from 'node:net'
import { plainAddress } from '../lib/addresses.ts'
import { isHost } from './request-head.ts'

/** What a proxy says of the request that came to it. */
export interface ForwardedHop {
  /** Where it came from; undefined for what is no address. */
  readonly address: string | undefined
  /** Undefined when it is not said, or not in a form that can be believed. */
  readonly proto: 'http' | 'https' | undefined
  readonly host: string | undefined
}

/**
 * Reads `X-Forwarded-For`, `-Proto` and `-Host`, or, when none of them is there, `Forwarded`. Never a mix
 * of both: most proxies set one kind and let through what a caller wrote in the other. The proxy nearest
 * to the gateway is the last.
 */
export function readReport(rawHeaders: readonly string[]): readonly ForwardedHop[] {
  const values = new Map<string, string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    if (!NAMES.has(name)) continue
    const before = values.get(name)
    values.set(name, before === undefined ? rawHeaders[i + 1]! : `${before},${rawHeaders[i + 1]}`)
  }
  const forwarded = values.get('forwarded')
  if (forwarded !== undefined && values.size === 1) return readForwarded(forwarded)
  const addresses = values.get('x-forwarded-for')?.split(',') ?? ['']
  const proto = protoOf(values.get('x-forwarded-proto'))
  const host = hostOf(values.get('x-forwarded-host'))
  return addresses.map((text) => ({ address: addressOf(text.trim()), proto, host }))
}

const NAMES: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'forwarded',
])

/** RFC 7239, 4: one pair of an element, and what ends it. */
const PAIR = /[ \t]*([\w!#$%&'*+.^`|~-]+)=(?:"([^"\\]*)"|([\w!#$%&'*+.^`|~-]+))[ \t]*([;,]|$)/y

/** The whole of it or nothing: behind one mistake nobody knows where the next element begins. */
function readForwarded(text: string): readonly ForwardedHop[] {
  const elements: Map<string, string>[] = [new Map()]
  PAIR.lastIndex = 0
  for (let ending: string | undefined = ';'; ending !== ''; ) {
    const pair = PAIR.exec(text)
    if (pair === null) return []
    const name = pair[1]!.toLowerCase()
    const element = elements.at(-1)!
    if (element.has(name)) return []
    element.set(name, pair[2] ?? pair[3]!)
    ending = pair[4]
    if (ending === ',') elements.push(new Map())
  }
  return elements.map((element) => ({
    address: addressOf(element.get('for') ?? ''),
    proto: protoOf(element.get('proto')),
    host: hostOf(element.get('host')),
  }))
}

/** With or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`. */
function addressOf(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1]
  const address = plainAddress((bare ?? text).toLowerCase())
  return isIP(address) === 0 || address.includes('%') ? undefined : address
}

/** Of a list nobody can say which of the proxies it speaks of. */
function protoOf(text: string | undefined): 'http' | 'https' | undefined {
  const proto = text?.trim().toLowerCase()
  return proto === 'http' || proto === 'https' ? proto : undefined
}

function hostOf(text: string | undefined): string | undefined {
  return text !== undefined && text !== '' && isHost(text) ? text : undefined
}
