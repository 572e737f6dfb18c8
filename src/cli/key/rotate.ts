import type { FaasApiKeySerializer, RotateApiKeySerializer } from '../../client/types.ts'
import { GRACE_SECONDS_MAX } from '../../domain/key-rotation.ts'
import { utcSeconds } from '../../lib/utc-time.ts'
import { parseDurationMs, parseExpiry, timeLeft } from '../expiry.ts'
import { usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, print, printJson, printLine } from '../output.ts'
import { openSession } from '../session.ts'
import { outputWidth, table } from '../table.ts'
import { visible } from '../visible.ts'

interface RotateFlags extends ApiFlags {
  readonly grace?: string
  readonly hardEnd?: string
  readonly replace?: boolean
}

type Rotation = NonNullable<FaasApiKeySerializer['rotation']>

export async function rotateKey(name: string, flags: RotateFlags): Promise<void> {
  const body: Partial<RotateApiKeySerializer> = {
    ...(flags.grace !== undefined && { grace_seconds: graceSeconds(flags.grace) }),
    ...(flags.hardEnd !== undefined && { hard_end: hardEnd(flags.hardEnd) }),
    ...(flags.replace && { replace: true }),
  }
  const { client, scope, json } = openSession(flags)
  const key = await client.keys.rotate(scope, name, body)
  if (json) printJson(key)
  else printLine(visible(key.secret))
  note(`This is the new secret of ${name}. It is not shown again: keep it now.`)
  if (key.rotation) {
    note(`The old one (${key.rotation.old_hint}) works on: it ${oldEnd(key.rotation)}.`)
  }
}

export async function cancelRotation(
  name: string,
  flags: ApiFlags & { force?: boolean },
): Promise<void> {
  const { client, scope, json, lagging } = openSession(flags)
  const key = await client.keys.cancelRotation(scope, name, flags.force ? { force: true } : {})
  if (json) return printJson(key)
  const nowhere = lagging.size === 0 ? ': no function opens with it any more' : ''
  note(`${name} has its old secret (${key.hint}) again. The new one is gone${nowhere}.`)
}

export async function finishRotation(name: string, flags: ApiFlags): Promise<void> {
  const { client, scope, json, lagging } = openSession(flags)
  const key = await client.keys.finishRotation(scope, name)
  if (json) return printJson(key)
  const nowhere = lagging.size === 0 ? ': no function opens with it any more' : ''
  note(`${name} has one secret (${key.hint}). The old one is gone${nowhere}.`)
}

export async function keyAddresses(
  name: string,
  flags: ApiFlags & { limit?: number; offset?: number },
): Promise<void> {
  const { client, scope, json } = openSession(flags)
  const { limit, offset } = flags
  const answer = await client.keys.addresses(scope, name, { limit, offset })
  if (json) return printJson(answer)
  const { results, count } = answer
  if (results.length === 0) return note(`${name} was not used from anywhere yet.`)
  const columns = [
    { title: 'ADDRESS', value: (row: { address: string }) => row.address },
    { title: 'FIRST SEEN', value: (row: { first_seen: string }) => row.first_seen },
  ]
  print(table(columns, results, outputWidth()))
  if (count > results.length) note(`${results.length} of ${count}; see --limit and --offset.`)
}

/** For `latchkey key get`. */
export function rotationText(rotation: Rotation | null | undefined): string {
  if (rotation === null || rotation === undefined) return 'none'
  const used = rotation.new_used_at === null ? 'not used yet' : `used since ${rotation.new_used_at}`
  return `since ${rotation.started_at}; new secret ${used}; old secret (${rotation.old_hint}) ${oldEnd(rotation)}`
}

function oldEnd(rotation: Rotation): string {
  const { new_used_at: usedAt, old_ends_at: endsAt, grace_seconds: grace } = rotation
  const at = `${endsAt} (${timeLeft(Date.parse(endsAt), Date.now())})`
  if (usedAt !== null) return `ends at ${at}`
  const after = grace === 0 ? 'at' : `${duration(grace)} after`
  return `ends ${after} the first use of the new one, at the latest at ${at}`
}

function duration(graceSeconds: number): string {
  for (const [unit, of] of [
    ['days', 86_400],
    ['hours', 3600],
    ['minutes', 60],
  ] as const) {
    if (graceSeconds % of === 0 && graceSeconds >= 2 * of) return `${graceSeconds / of} ${unit}`
  }
  return `${graceSeconds} seconds`
}

function graceSeconds(text: string): number {
  const given = text === '0' ? 0 : (parseDurationMs(text) ?? Number.NaN) / 1000
  if (given <= GRACE_SECONDS_MAX) return given
  throw usage('--grace must be 0 or a time of up to 30 days, such as 90m, 12h or 2d.')
}

function hardEnd(text: string): string {
  const end = parseExpiry(text, Date.now())
  switch (end.kind) {
    case 'at':
      return utcSeconds(end.ms)
    case 'never':
      throw usage('--hard-end must be a time: the old secret cannot work for ever.')
    case 'invalid':
      throw usage(`--hard-end ${end.reason}.`)
  }
}
