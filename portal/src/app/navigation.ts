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
import { places } from './places.ts'

export interface NavigationEntry {
  readonly label: string
  readonly icon: ComponentType<IconProps>
  readonly place: (scope: Scope) => string
  readonly children?: readonly {
    readonly label: string
    readonly place: (scope: Scope) => string
  }[]
}

/** The menu. */
export const NAVIGATION: readonly NavigationEntry[] = [
  {
    label: 'Functions',
    icon: IconBolt,
    place: places.functions,
    children: [
      { label: 'Overview', place: places.functions },
      { label: 'Namespaces', place: places.namespaces },
      { label: 'API keys', place: places.keys },
    ],
  },
  {
    label: 'Operators',
    icon: IconUsers,
    place: places.members,
    children: [
      { label: 'Members', place: places.members },
      { label: 'Users', place: places.users },
      { label: 'API tokens', place: places.tokens },
    ],
  },
  { label: 'Audit log', icon: IconFileText, place: places.audit },
  { label: 'Settings', icon: IconSettings, place: places.settings },
  { label: 'Nodes', icon: IconServer, place: places.nodes },
]
