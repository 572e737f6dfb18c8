import { useMemo, useState } from 'react'
import type { Role } from '../../../src/domain/role.ts'
import { useCurrentScope } from '../app/current-scope.ts'
import { EXPIRES_IN_90_DAYS, expiryOf } from './expiry-choice.tsx'
import { type GivableRoles, useGivableRoles } from './givable-roles.ts'

/** What is typed of a token that is to be made. */
export function useTokenDraft() {
  const { projectId } = useCurrentScope()
  const places = useGivableRoles()
  const [typed, setTyped] = useState(() => ({
    name: '',
    description: '',
    placeId: (placeOf(places, projectId) ?? places[0])?.projectId,
    role: 'editor' as Role,
    expiry: EXPIRES_IN_90_DAYS,
  }))
  const { name, description, expiry } = typed
  const place = placeOf(places, typed.placeId)
  const role = roleAt(place, typed.role)
  // The same however often it is sent.
  const expire = useMemo(() => expiryOf(expiry, Date.now()), [expiry])
  const isWhole = name.trim() !== '' && expire !== undefined
  return {
    places,
    typed: { ...typed, place, role },
    set: (changes: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...changes })),
    /** Undefined while something is missing. */
    body:
      place === undefined || !isWhole
        ? undefined
        : {
            name: name.trim(),
            description,
            roles: [{ project_id: place.projectId, role }],
            expire,
          },
  }
}

function placeOf(places: readonly GivableRoles[], id: number | null | undefined) {
  return places.find(({ projectId }) => projectId === id)
}

/** What was chosen elsewhere may be more than can be given here. */
function roleAt(place: GivableRoles | undefined, chosen: Role): Role {
  const roles = place?.roles ?? []
  return roles.includes(chosen) ? chosen : (roles.at(-1) ?? 'invoker')
}
