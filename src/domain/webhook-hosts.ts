import { BlockList, isIP } from 'node:net'
import { type AddressRange, familyOf, parseAddressRange, plainAddress } from '../lib/addresses.ts'
import { isPublicAddress } from '../lib/public-addresses.ts'

/** What a part of the setting may be. */
export type HostPart =
  /** Addresses of the internet, which are always allowed. */
  | { readonly kind: 'external' }
  | { readonly kind: 'all' }
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'host'; readonly host: string }

const HOST =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/

export function parseHostPart(text: string): HostPart | undefined {
  const part = text.toLowerCase()
  if (part === 'external' || part === 'all') return { kind: part }
  const range = parseAddressRange(part)
  if (range !== undefined) return { kind: 'range', range }
  return HOST.test(part) && !/^[\d.]+$/.test(part) ? { kind: 'host', host: part } : undefined
}

const LOOPBACK = ['127.0.0.1', '::1']

/** Which hosts webhooks may be sent to, so that nobody reaches through them what only this server can reach. */
export class HostRule {
  readonly #isAll: boolean
  readonly #hosts: ReadonlySet<string>
  readonly #ranges = new BlockList()

  constructor(parts: readonly HostPart[] = []) {
    this.#isAll = parts.some(({ kind }) => kind === 'all')
    this.#hosts = new Set(parts.flatMap((part) => (part.kind === 'host' ? [part.host] : [])))
    for (const part of parts) {
      if (part.kind !== 'range') continue
      const { address, prefix, family } = part.range
      this.#ranges.addSubnet(address, prefix, family)
    }
  }

  /** Whether it may be called at whatever address it has. */
  allowsName(hostname: string): boolean {
    return this.#isAll || this.#hosts.has(hostname.toLowerCase().replace(/\.$/, ''))
  }

  allowsAddress(address: string): boolean {
    if (this.#isAll || isPublicAddress(address)) return true
    const plain = plainAddress(address)
    const version = isIP(plain)
    return version !== 0 && this.#ranges.check(plain, familyOf(version))
  }

  /** False for a host that can be refused as it is written; a name's addresses are asked for at each connection. */
  mayAllow(hostname: string): boolean {
    if (this.allowsName(hostname)) return true
    const address = literalAddress(hostname)
    if (address !== undefined) return this.allowsAddress(address)
    return !/(^|\.)localhost\.?$/.test(hostname) || LOOPBACK.some((own) => this.allowsAddress(own))
  }
}

/** From the parts of the setting, which have been looked at. */
export function hostRule(parts: readonly string[]): HostRule {
  return new HostRule(parts.map(parseHostPart).filter((part) => part !== undefined))
}

/** The address that the host of a URL is; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(bare) === 0 ? undefined : bare
}
