import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type CertificatePair,
  type PairFiles,
  type PairOutcome,
  readPair,
} from './certificate-pair.ts'

/** Where certificates are, as the settings say it; empty texts for what is not set. */
export interface CertificateSettings {
  readonly tlsCert: string
  readonly tlsKey: string
  readonly tlsDir: string
}

export type ReadPairs = ReadonlyMap<string, PairOutcome>

const DAY_MS = 86_400_000
/** Certificates that last 90 days are usually renewed a month before their end. */
const SOON_DAYS = 14

/** How a folder of its own names its two files: as a Kubernetes secret has them, and as certbot. */
const FOLDER_FILES = [
  ['tls.crt', 'tls.key'],
  ['fullchain.pem', 'privkey.pem'],
] as const

/** The REST API's own, in the same form. */
export function apiCertificates(settings: {
  readonly apiTlsCert: string
  readonly apiTlsKey: string
}): CertificateSettings {
  return { tlsCert: settings.apiTlsCert, tlsKey: settings.apiTlsKey, tlsDir: '' }
}

export function hasTls({ tlsCert }: CertificateSettings): boolean {
  return tlsCert !== ''
}

/** All pairs by the paths of their certificates; the one for callers that name no known host comes first. */
export function readPairs(settings: CertificateSettings): ReadPairs {
  const { tlsCert, tlsKey, tlsDir } = settings
  const places: PairFiles[] = [{ certPath: resolve(tlsCert), keyPath: resolve(tlsKey) }]
  if (tlsDir !== '') places.push(...placesIn(resolve(tlsDir)))
  return new Map(places.map((place) => [place.certPath, readPair(place)]))
}

/** The sentence for the first pair that cannot be used, or a folder that cannot be read. */
export function certificateFault(settings: CertificateSettings): string | undefined {
  if (!hasTls(settings)) return undefined
  try {
    for (const outcome of readPairs(settings).values()) {
      if (outcome.kind === 'fault') return outcome.sentence
    }
    return undefined
  } catch (error) {
    return folderFault(settings.tlsDir, error as Error)
  }
}

function folderFault(folder: string, error: Error): string {
  return `The folder of certificates ${folder} cannot be read (${error.message}).`
}

/** What changes whenever a file is changed, replaced, or reached by another link. */
export function stampOf(settings: CertificateSettings): string {
  const { tlsCert, tlsKey, tlsDir } = settings
  const files = [tlsCert, tlsKey]
  try {
    if (tlsDir !== '')
      for (const place of placesIn(tlsDir)) files.push(place.certPath, place.keyPath)
  } catch (error) {
    files.push((error as NodeJS.ErrnoException).code ?? 'unreadable')
  }
  return files.map(stampOfFile).join('\n')
}

function stampOfFile(path: string): string {
  try {
    const { ino, size, ctimeNs, mtimeNs } = statSync(path, { bigint: true })
    return `${path} ${ino} ${size} ${ctimeNs} ${mtimeNs}`
  } catch (error) {
    return `${path} ${(error as NodeJS.ErrnoException).code}`
  }
}

/** `<name>.crt` with `<name>.key`, and folders with the two files of one pair. In the order of names. */
function placesIn(folder: string): PairFiles[] {
  const places: PairFiles[] = []
  for (const name of readdirSync(folder).sort()) {
    // Kubernetes keeps the files behind its links in `..data`.
    if (name.startsWith('.')) continue
    const path = join(folder, name)
    const base = /^(.*)\.(?:crt|key)$/.exec(path)?.[1]
    if (base !== undefined) {
      if (name.endsWith('.crt') || !existsSync(`${base}.crt`)) {
        places.push({ certPath: `${base}.crt`, keyPath: `${base}.key` })
      }
      continue
    }
    for (const [cert, key] of FOLDER_FILES) {
      const place = { certPath: join(path, cert), keyPath: join(path, key) }
      if (existsSync(place.certPath) || existsSync(place.keyPath)) places.push(place)
    }
  }
  return places
}

export function daysLeft(pair: CertificatePair, nowMs: number): number {
  return Math.floor((pair.validToMs - nowMs) / DAY_MS)
}

/** What an operator should know of a pair that can be used all the same. */
export function remarksOn(pair: CertificatePair, nowMs: number): string[] {
  const remarks: string[] = []
  const left = daysLeft(pair, nowMs)
  if (pair.validToMs <= nowMs) remarks.push('the certificate has expired')
  else if (left < SOON_DAYS) remarks.push('the certificate expires soon')
  if (pair.validFromMs > nowMs) remarks.push('the certificate is not valid yet')
  if (pair.isKeyOpen) remarks.push('every user of this machine can read the private key')
  return remarks
}
