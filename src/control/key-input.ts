import { type FieldError, PublicError } from '../domain/errors.ts'
import { type GrantLimits, isExpired, type Key } from '../domain/key.ts'
import {
  grantErrors,
  labelErrors,
  limitCountErrors,
  normalLimits,
  timeErrors,
} from '../domain/key-rules.ts'
import { formatFunctionName, type Scope } from '../domain/names.ts'
import type { Trx } from '../store/dialect.ts'
import type { NewGrants } from '../store/grants.ts'
import { functionIdsByName, idsByName } from '../store/ids-by-name.ts'
import type { AskedFunction, AskedNamespace, KeyPatch } from './keys-control.ts'

/** Refuses what no schema can, and what none says in words. */
export function checkKeyInput({ labels, functions, namespaces }: KeyPatch): void {
  const errors = [
    ...(labels === undefined ? [] : labelErrors(labels)),
    ...grantErrors((functions ?? []).map(limitsOf), 'functions'),
    ...grantErrors((namespaces ?? []).map(limitsOf), 'namespaces'),
  ]
  if (errors.length > 0) throw invalid(errors)
}

export function checkTimes(times: {
  readonly notBeforeMs: number | null
  readonly expireMs: number | null
}): void {
  const errors = timeErrors(times)
  if (errors.length > 0) throw invalid(errors)
}

/** Of a key as it would be: a change may leave one of its lists as it was. */
export function checkLimitCount({ functions, namespaces }: Key, patch: KeyPatch): void {
  const list = patch.namespaces === undefined ? 'functions' : 'namespaces'
  const errors = limitCountErrors([...functions, ...namespaces], list)
  if (errors.length > 0) throw invalid(errors)
}

export function refusePastExpiry(expireMs: number | null, nowMs: number): void {
  if (!isExpired(expireMs, nowMs)) return
  throw new PublicError('expire_in_past', undefined, [
    { field: 'expire', message: 'must lie in the future' },
  ])
}

/** The grants that are asked for, by ids; refuses with the names of all that do not exist. */
export async function requireGrants(
  trx: Trx,
  scope: Scope,
  { functions, namespaces }: Pick<KeyPatch, 'functions' | 'namespaces'>,
): Promise<NewGrants> {
  return {
    functions: functions && (await requireFunctions(trx, scope, functions)),
    namespaces: namespaces && (await requireNamespaces(trx, scope, namespaces)),
  }
}

async function requireFunctions(trx: Trx, scope: Scope, asked: readonly AskedFunction[]) {
  const distinct = withoutRepeats(asked, formatFunctionName, 'functions')
  const ids = await functionIdsByName(trx, scope, asked)
  const unknown = unknownOnes(asked, ids, formatFunctionName)
  if (unknown.length > 0) {
    throw new PublicError(
      'unknown_functions',
      `The key names functions that do not exist: ${unknown.map(({ name }) => name).join(', ')}.`,
      unknown.map(({ i, name }) => ({
        field: `functions.${i}`,
        message: `there is no function ${name}`,
      })),
    )
  }
  return distinct.map(({ i, limits }) => ({ functionId: ids[i]!, ...limits }))
}

async function requireNamespaces(trx: Trx, scope: Scope, asked: readonly AskedNamespace[]) {
  const nameOf = ({ namespace }: AskedNamespace) => namespace
  const distinct = withoutRepeats(asked, nameOf, 'namespaces')
  const ids = await idsByName(trx, 'namespaces', scope, asked.map(nameOf))
  const unknown = unknownOnes(asked, ids, nameOf)
  if (unknown.length > 0) {
    throw new PublicError(
      'unknown_namespaces',
      `The key names namespaces that do not exist: ${unknown.map(({ name }) => name).join(', ')}.`,
      unknown.map(({ i, name }) => ({
        field: `namespaces.${i}`,
        message: `there is no namespace ${name}`,
      })),
    )
  }
  return distinct.map(({ i, limits }) => ({ namespaceId: ids[i]!, ...limits }))
}

/** What is named twice in the same way counts once; in two ways there is no telling which is meant. */
function withoutRepeats<T extends Partial<GrantLimits>>(
  asked: readonly T[],
  nameOf: (one: T) => string,
  field: string,
): { i: number; limits: GrantLimits }[] {
  const found = new Map<string, { i: number; limits: GrantLimits }>()
  for (const [i, one] of asked.entries()) {
    const limits = normalLimits(limitsOf(one))
    const before = found.get(nameOf(one))
    if (before === undefined) found.set(nameOf(one), { i, limits })
    else if (JSON.stringify(before.limits) !== JSON.stringify(limits)) {
      const message = `names ${nameOf(one)} again, with other methods or paths`
      throw invalid([{ field: `${field}.${i}`, message }])
    }
  }
  return [...found.values()]
}

function unknownOnes<T>(
  asked: readonly T[],
  ids: readonly (string | undefined)[],
  nameOf: (one: T) => string,
) {
  return asked.flatMap((one, i) => (ids[i] === undefined ? [{ i, name: nameOf(one) }] : []))
}

function limitsOf({ methods = [], paths = [] }: Partial<GrantLimits>): GrantLimits {
  return { methods, paths }
}

function invalid(errors: readonly FieldError[]): PublicError {
  const sentence = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
  return new PublicError('invalid_body', `The request body is not valid: ${sentence}.`, errors)
}
