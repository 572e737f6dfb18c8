import { createPrivateKey } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generate } from 'selfsigned'
import type { CertificatePair } from '../../src/gateway/certificate-pair.ts'

export interface MadeCertificate {
  /** PEM; its own authority, so that clients take it as `ca`. */
  readonly cert: string
  readonly key: string
}

const DAY_MS = 86_400_000

/** A certificate for these DNS names and for 127.0.0.1. */
export async function makeCertificate(
  names: readonly string[],
  options: { readonly days?: number } = {},
): Promise<MadeCertificate> {
  const nowMs = Date.now()
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'none' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - 30 * DAY_MS),
    notAfterDate: new Date(nowMs + (options.days ?? 90) * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7 as const, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** Writes both files, the key closed to others. */
export function writePair(
  { cert, key }: MadeCertificate,
  files: { readonly certPath: string; readonly keyPath: string },
): void {
  mkdirSync(dirname(files.certPath), { recursive: true })
  writeFileSync(files.certPath, cert)
  writeFileSync(files.keyPath, key, { mode: 0o600 })
  chmodSync(files.keyPath, 0o600)
}

/** As the gateway would have read it. */
export function pairOf(
  { cert, key }: MadeCertificate,
  names: readonly string[],
  serialNumber = '00',
): CertificatePair {
  return {
    certPath: `${names[0]}.crt`,
    certificate: cert,
    key: createPrivateKey(key),
    names,
    serialNumber,
    validFromMs: 0,
    validToMs: Date.now() + DAY_MS,
    isKeyOpen: false,
  }
}
