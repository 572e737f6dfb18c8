import {
  IconBolt,
  IconFileText,
  type IconProps,
  IconServer,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import type { Needs } from './may.ts'
import { places } from './places.ts'

export interface NavigationItem {
  readonly label: string
  readonly place: (scope: Scope) => string
  /** Everybody when absent. */
  readonly needs?: Needs
  /** Other pages that belong to it: what their addresses begin with. */
  readonly also?: (scope: Scope) => readonly string[]
}

export interface NavigationEntry extends NavigationItem {
  readonly icon: ComponentType<IconProps>
  readonly children?: readonly NavigationItem[]
}

/** The menu. */
export const NAVIGATION: readonly NavigationEntry[] = [
  {
    label: 'Functions',
    icon: IconBolt,
    place: places.functions,
    children: [
      {
        label: 'Overview',
        place: places.functions,
        needs: 'project:viewer',
        also: (scope) => [places.newFunction(scope)],
      },
      { label: 'Namespaces', place: places.namespaces },
      {
        label: 'API keys',
        place: places.keys,
        needs: 'project:viewer',
        also: (scope) => [places.newKey(scope), places.deletedKeys(scope), places.keyReview(scope)],
      },
    ],
  },
  {
    label: 'Operators',
    icon: IconUsers,
    place: places.tokens,
    children: [
      { label: 'Members', place: places.members, needs: 'project:owner' },
      { label: 'Users', place: places.users, needs: 'server:owner' },
      { label: 'API tokens', place: places.tokens },
    ],
  },
  { label: 'Audit log', icon: IconFileText, place: places.audit, needs: 'somewhere:owner' },
  {
    label: 'Settings',
    icon: IconSettings,
    place: places.settings,
    needs: 'project:viewer',
    also: (scope) => [places.settings(scope).replace(/\/[^/]+$/, '')],
  },
  { label: 'Nodes', icon: IconServer, place: places.nodes, needs: 'server:viewer' },
]

/** The menu as who has these rights finds it; an entry leads to the first that is below it. */
export function visibleNavigation(may: (needs: Needs) => boolean): NavigationEntry[] {
  const isAllowed = ({ needs }: NavigationItem) => needs === undefined || may(needs)
  return NAVIGATION.filter(isAllowed).flatMap((entry) => {
    if (entry.children === undefined) return [entry]
    const children = entry.children.filter(isAllowed)
    return children.length === 0 ? [] : [{ ...entry, place: children[0]!.place, children }]
  })
}

/** The one item to which the page belongs: that with the longest address that the page's begins with. */
export function currentItem(
  entries: readonly NavigationEntry[],
  scope: Scope,
  pathname: string,
): NavigationItem | undefined {
  let best: NavigationItem | undefined
  let bestChars = 0
  for (const item of entries.flatMap((entry) => entry.children ?? [entry])) {
    for (const place of [item.place(scope), ...(item.also?.(scope) ?? [])]) {
      const isWithin = pathname === place || pathname.startsWith(`${place}/`)
      if (isWithin && place.length > bestChars) {
        best = item
        bestChars = place.length
      }
    }
  }
  return best
}
