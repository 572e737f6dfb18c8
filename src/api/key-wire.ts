import type { FastifyReply } from 'fastify'
import type { DeletedKeyView } from '../control/keys-control.ts'
import { type GrantLimits, type Key, type KeyLastUse, keyStatus } from '../domain/key.ts'
import type { KeySettings } from '../domain/key-settings.ts'
import { formatFunctionName } from '../domain/names.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import { rotationWire } from './rotation-wire.ts'
import type { DeletedKeyWire } from './schemas/deleted-keys.ts'
import type { KeySettingsWire } from './schemas/key-settings.ts'
import type { ApiKeyWire } from './schemas/keys.ts'

export function keyWire(key: Key, nowMs: number): ApiKeyWire {
  return {
    id: key.id,
    name: key.name,
    description: key.description,
    hint: key.hint,
    status: keyStatus(key, nowMs),
    expire: utcSecondsOrNull(key.expireMs),
    ...grantsWire(key),
    labels: { ...key.labels },
    not_before: utcSecondsOrNull(key.notBeforeMs),
    disabled: key.disabledAtMs !== null,
    issued_by: key.issuedBy,
    created_at: utcSeconds(key.createdAtMs),
    updated_at: utcSeconds(key.updatedAtMs),
    ...lastUseWire(key.lastUse),
    rotation: rotationWire(key, nowMs),
  }
}

function lastUseWire(lastUse: KeyLastUse | null) {
  const fn = lastUse?.function ?? null
  return {
    last_used_at: utcSecondsOrNull(lastUse?.atMs ?? null),
    last_used_function: fn === null ? null : { name: fn.name, namespace: fn.namespace },
    last_used_address: lastUse?.address ?? '',
  }
}

/** Grants without limits look as in the contract. */
function grantsWire({ functions, namespaces }: Pick<Key, 'functions' | 'namespaces'>) {
  return {
    functions: functions.map((grant) => ({
      name: grant.name,
      namespace: grant.namespace,
      ...(grant.methods.length + grant.paths.length === 0 ? {} : limitsWire(grant)),
    })),
    namespaces: namespaces.map((grant) => ({ name: grant.namespace, ...limitsWire(grant) })),
  }
}

function limitsWire({ methods, paths }: GrantLimits) {
  return { methods: [...methods], paths: [...paths] }
}

export function deletedKeyWire({ key, restorableUntilMs }: DeletedKeyView): DeletedKeyWire {
  return {
    id: key.id,
    name: key.name,
    description: key.description,
    hint: key.hint,
    expire: utcSecondsOrNull(key.expireMs),
    deleted_at: utcSeconds(key.deletedAtMs),
    deleted_by: key.deletedBy,
    leaked: key.leaked,
    restorable_until: utcSecondsOrNull(restorableUntilMs),
  }
}

export function keySettingsWire(settings: KeySettings): KeySettingsWire {
  return {
    key_life_days_max: settings.keyLifeDaysMax,
    keys_must_expire: settings.keysMustExpire,
    notice_days: [...settings.noticeDays],
    unused_days: settings.unusedDays,
    notice_emails: [...settings.noticeEmails],
  }
}

const LAST_USED_HEADER = 'latchkey-last-used'

/** `never`, or `2026-11-21T23:45:02Z; function=demo/hello; address=192.0.2.1` as far as it is known. */
function formatLastUse(lastUse: KeyLastUse | null): string {
  if (lastUse === null) return 'never'
  const { atMs, function: fn, address } = lastUse
  return [
    utcSeconds(atMs),
    ...(fn === null ? [] : [`function=${formatFunctionName(fn)}`]),
    ...(address === '' ? [] : [`address=${address}`]),
  ].join('; ')
}

/** Says in the answer's head what the key that was taken away was last used for. */
export function tellLastUse(reply: FastifyReply, { lastUse }: Key): void {
  reply.header(LAST_USED_HEADER, formatLastUse(lastUse))
}
