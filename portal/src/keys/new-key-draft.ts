import type { FaasCreateApiKeySerializer } from '../../../src/client/types.ts'
import { isName, parseFunctionName } from '../../../src/domain/names.ts'
import { accessBody, NO_ACCESS, sameAccess, withFunctions, withNamespace } from './access.ts'
import { limitsAreValid } from './access-limits.tsx'
import { filled, type KeyDraft } from './edit-draft.ts'
import { labelsAreFine } from './edit-labels.tsx'
import { expirationFault, firstExpiration, type KeyPolicy } from './expiration-time.ts'

/** What the form for a new key has. */
export type NewKeyDraft = Omit<KeyDraft, 'disabled'>

/** By the names of the API. */
export type DraftFaults = Partial<
  Record<'name' | 'labels' | 'not_before' | 'functions' | 'expire', string>
>

/** `function=demo/hello` and `namespace=demo` in the page's address are chosen already. */
export function firstDraft(policy: KeyPolicy, params: URLSearchParams, nowMs: number): NewKeyDraft {
  let access = NO_ACCESS
  for (const text of params.getAll('function')) {
    const fn = parseFunctionName(text)
    if (fn !== undefined) access = withFunctions(access, fn.namespace, [fn.name], true)
  }
  for (const name of params.getAll('namespace')) {
    if (isName(name)) access = withNamespace(access, name, true)
  }
  const expire = firstExpiration(policy, nowMs)
  return { name: '', description: '', labels: [], notBefore: null, access, expire }
}

export function isChanged(first: NewKeyDraft, draft: NewKeyDraft): boolean {
  const { access, ...rest } = draft
  const { access: firstAccess, ...firstRest } = first
  return JSON.stringify(rest) !== JSON.stringify(firstRest) || !sameAccess(access, firstAccess)
}

/** What the server would refuse, before it is asked. */
export function faultsOf(draft: NewKeyDraft, policy: KeyPolicy, nowMs: number): DraftFaults {
  const { name, labels, access, expire, notBefore } = draft
  const expireFault = expirationFault(expire, policy, notBefore, nowMs)
  return {
    ...(name === '' && { name: 'A key needs a name.' }),
    ...(name !== '' && !isName(name) && { name: 'This does not keep to the rule.' }),
    ...(!labelsAreFine(labels) && { labels: 'Some labels are not right.' }),
    ...(!limitsAreValid([...access.functions, ...access.namespaces]) && {
      functions: 'Some limits of methods and paths are not right.',
    }),
    ...(expireFault !== undefined && { expire: expireFault }),
  }
}

export function bodyOf(draft: NewKeyDraft): FaasCreateApiKeySerializer {
  const { name, description, labels, notBefore, expire, access } = draft
  const named = filled(labels)
  return {
    ...{ name, description, expire },
    ...(named.length > 0 && { labels: Object.fromEntries(named) }),
    ...(notBefore !== null && { not_before: notBefore }),
    ...accessBody(access),
  }
}
