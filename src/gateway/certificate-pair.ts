import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** A certificate with its private key, read and found to fit each other. */
export interface CertificatePair {
  readonly certPath: string
  /** PEM, with the certificates that lead to the authority. */
  readonly certificate: string
  /** An object that crosses to other threads and that nothing prints. */
  readonly key: KeyObject
  /** DNS names in lower case, some with `*` for their first label. */
  readonly names: readonly string[]
  readonly serialNumber: string
  readonly validFromMs: number
  readonly validToMs: number
  /** Whether every user of the machine can read the key. */
  readonly isKeyOpen: boolean
}

export type PairOutcome =
  | { readonly kind: 'pair'; readonly pair: CertificatePair }
  /** A sentence that says what to do. */
  | { readonly kind: 'fault'; readonly sentence: string }

export interface PairFiles {
  readonly certPath: string
  readonly keyPath: string
}

/** Nothing of the key's content is in any outcome's sentence. */
export function readPair({ certPath, keyPath }: PairFiles): PairOutcome {
  const certificate = readText(certPath)
  if (certificate === undefined) return unreadable('certificate', certPath)
  const keyText = readText(keyPath)
  if (keyText === undefined) return unreadable('private key', keyPath)
  const x509 = parseCertificate(certificate)
  if (x509 === undefined) return fault(`${certPath} holds no certificate in PEM form.`)
  const key = parseKey(keyText)
  if (key === 'encrypted') {
    return fault(
      `The private key in ${keyPath} is encrypted, and there is nobody to ask for its passphrase. Store it decrypted, readable by the user of Latchkey alone.`,
    )
  }
  if (key === undefined) return fault(`${keyPath} holds no private key in PEM form.`)
  if (!x509.checkPrivateKey(key)) return mismatch(certPath, keyPath)
  const weakness = weaknessOf(certificate, key)
  if (weakness !== undefined) {
    return fault(`The certificate in ${certPath} cannot be used (${weakness}).`)
  }
  const names = namesOf(x509.subjectAltName)
  if (names === undefined) {
    return fault(
      `The certificate in ${certPath} has neither a DNS name nor an address in its subjectAltName, so that no client would accept it.`,
    )
  }
  const pair = {
    certPath,
    certificate,
    key,
    names,
    serialNumber: x509.serialNumber,
    validFromMs: x509.validFromDate.getTime(),
    validToMs: x509.validToDate.getTime(),
    isKeyOpen: (statSync(keyPath).mode & 0o004) !== 0,
  }
  return { kind: 'pair', pair }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not there, a folder, not to be read: the same sentence for all, as the next step is the same.
    return undefined
  }
}

function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

function parseKey(text: string): KeyObject | 'encrypted' | undefined {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return 'encrypted'
  try {
    return createPrivateKey(text)
  } catch {
    // The error could quote what it read.
    return undefined
  }
}

/** What OpenSSL has against it, such as a key that is too short. */
function weaknessOf(cert: string, key: KeyObject): string | undefined {
  try {
    process
      .getBuiltinModule('node:tls')
      .createSecureContext({ cert, key: key.export({ type: 'pkcs8', format: 'pem' }) })
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown to OpenSSL'
  }
}

/** Undefined when it names nothing at all. Addresses are not listed: clients do not ask for them by name. */
function namesOf(subjectAltName: string | undefined): string[] | undefined {
  if (subjectAltName === undefined) return undefined
  const names: string[] = []
  for (const [, name] of subjectAltName.matchAll(/(?:^|, )DNS:([\w*.-]+)(?=,|$)/g)) {
    names.push(name!.toLowerCase())
  }
  return names.length > 0 || /(?:^|, )IP Address:/.test(subjectAltName) ? names : undefined
}

function mismatch(certPath: string, keyPath: string): PairOutcome {
  return fault(
    `The private key in ${keyPath} does not belong to the first certificate in ${certPath}. The server's own certificate must come first, those of the authorities after it.`,
  )
}

function unreadable(what: string, path: string): PairOutcome {
  return fault(`The ${what} ${path} cannot be read. Is it there, and may this user read it?`)
}

function fault(sentence: string): PairOutcome {
  return { kind: 'fault', sentence }
}
