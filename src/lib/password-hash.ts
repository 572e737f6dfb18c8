import crypto, { type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/*
 * A hashed password names how it was hashed, in the form that other programs write too, so that one
 * hashed otherwise is still understood:
 *
 *   $argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>      memory in KiB, passes, lanes
 *   $scrypt$ln=17,r=8,p=1$<salt>$<tag>               where Node knows no Argon2: before 24.7
 *
 * Salt and tag are base64 without padding. The work is done on other threads than the caller's.
 */

export interface Argon2Parameters {
  readonly kind: 'argon2id'
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

export interface ScryptParameters {
  readonly kind: 'scrypt'
  /** The logarithm of the cost to the base 2. */
  readonly costLog2: number
  readonly blockSize: number
  readonly lanes: number
}

export type HashParameters = Argon2Parameters | ScryptParameters

export const HAS_ARGON2 = typeof crypto.argon2 === 'function'

/** What OWASP recommends as the least for each. */
export const ARGON2: Argon2Parameters = { kind: 'argon2id', memoryKib: 19_456, passes: 2, lanes: 1 }
export const SCRYPT: ScryptParameters = { kind: 'scrypt', costLog2: 17, blockSize: 8, lanes: 1 }
export const HASH_PARAMETERS: HashParameters = HAS_ARGON2 ? ARGON2 : SCRYPT

const SALT_BYTES = 16
const TAG_BYTES = 32

const HASHED =
  /^\$(?:argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)|scrypt\$ln=(\d+),r=(\d+),p=(\d+))\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

export async function hashPassword(
  password: string,
  parameters: HashParameters = HASH_PARAMETERS,
): Promise<string> {
  const salt = crypto.randomBytes(SALT_BYTES)
  const tag = await derive(password, salt, TAG_BYTES, parameters)
  return `$${written(parameters)}$${unpadded(salt)}$${unpadded(tag)}`
}

/** @throws Error when the text is not one that {@link hashPassword} makes. */
export async function verifyPassword(password: string, hashed: string): Promise<boolean> {
  const { parameters, salt, tag } = parse(hashed)
  return timingSafeEqual(await derive(password, salt, tag.length, parameters), tag)
}

/** Whether it was hashed with other parameters than those. */
export function isOutdated(hashed: string, parameters: HashParameters = HASH_PARAMETERS): boolean {
  return !hashed.startsWith(`$${written(parameters)}$`)
}

function written(parameters: HashParameters): string {
  if (parameters.kind === 'scrypt') {
    return `scrypt$ln=${parameters.costLog2},r=${parameters.blockSize},p=${parameters.lanes}`
  }
  const { memoryKib, passes, lanes } = parameters
  return `argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}`
}

function parse(hashed: string): { parameters: HashParameters; salt: Buffer; tag: Buffer } {
  const match = HASHED.exec(hashed)
  // Without the text: it is nobody's business.
  if (match === null) throw new Error('a stored password has no form that is known here')
  const [memoryKib, passes, argonLanes, costLog2, blockSize, scryptLanes] = match
    .slice(1, 7)
    .map(Number) as [number, number, number, number, number, number]
  return {
    parameters:
      match[1] === undefined
        ? { kind: 'scrypt', costLog2, blockSize, lanes: scryptLanes }
        : { kind: 'argon2id', memoryKib, passes, lanes: argonLanes },
    salt: Buffer.from(match[7]!, 'base64'),
    tag: Buffer.from(match[8]!, 'base64'),
  }
}

async function derive(
  password: string,
  salt: Buffer,
  bytes: number,
  parameters: HashParameters,
): Promise<Buffer> {
  if (parameters.kind === 'scrypt') return await scrypt(password, salt, bytes, parameters)
  if (!HAS_ARGON2) {
    throw new Error('a stored password was hashed with Argon2, which needs Node 24.7 or newer')
  }
  return await promisify(crypto.argon2)('argon2id', {
    message: Buffer.from(password, 'utf8'),
    nonce: salt,
    parallelism: parameters.lanes,
    tagLength: bytes,
    memory: parameters.memoryKib,
    passes: parameters.passes,
  })
}

async function scrypt(
  password: string,
  salt: Buffer,
  bytes: number,
  { costLog2, blockSize, lanes }: ScryptParameters,
): Promise<Buffer> {
  const cost = 2 ** costLog2
  const options: ScryptOptions = {
    cost,
    blockSize,
    parallelization: lanes,
    // What it needs, and a little for itself.
    maxmem: 128 * blockSize * (cost + lanes) + 1024 * 1024,
  }
  const derived = promisify<string, Buffer, number, ScryptOptions, Buffer>(crypto.scrypt)
  return await derived(password, salt, bytes, options)
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
