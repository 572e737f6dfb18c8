import { type FormEvent, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import { serverErrors } from '../ui/server-errors.ts'
import type { KeyPolicy } from './expiration-time.ts'
import {
  bodyOf,
  type DraftFaults,
  faultsOf,
  firstDraft,
  isChanged,
  type NewKeyDraft,
} from './new-key-draft.ts'
import { useKeyCreation } from './use-key-creation.ts'

export const NAME_ID = 'new-key-name'
const SENT = ['name', 'description', 'labels', 'not_before', 'functions', 'namespaces', 'expire']

/** What is filled in for a new key, what is wrong with it, and the key when it is made. */
export function useNewKey(policy: KeyPolicy) {
  const [params] = useSearchParams()
  const [first] = useState(() => firstDraft(policy, params, Date.now()))
  const [draft, setDraft] = useState(first)
  const [own, setOwn] = useState<DraftFaults>({})
  const form = useRef<HTMLFormElement>(null)
  const creation = useKeyCreation()
  const { placed, rest } = serverErrors(creation.error, SENT)
  const errors: Record<string, string | undefined> = { ...placed, ...own }
  const change = (part: Partial<NewKeyDraft>) => {
    if (creation.error instanceof ApiError) creation.reset()
    setOwn({})
    setDraft({ ...draft, ...part })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (creation.isPending) return
    const faults = faultsOf(draft, policy, Date.now())
    setOwn(faults)
    if (Object.keys(faults).length === 0) return creation.create(bodyOf(draft))
    if (faults.name !== undefined) document.getElementById(NAME_ID)?.focus()
    else setTimeout(() => form.current?.querySelector('[role=alert]')?.scrollIntoView())
  }
  const isDirty = isChanged(first, draft)
  return { draft, change, isDirty, errors, rest, creation, form, submit }
}
