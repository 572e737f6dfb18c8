import { Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import type {
  FaasApiKeySerializer,
  KeyFindingKindChoices,
  KeyFindingSerializer,
} from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { type KeyTab, places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import type { KeyActions } from './key-actions.tsx'
import type { KeyAction } from './key-dialog.tsx'

type Mend =
  | { readonly kind: 'action'; readonly label: string; readonly action: KeyAction }
  | { readonly kind: 'edit'; readonly label: string; readonly tab: KeyTab }

export interface FindingLineProps {
  readonly apiKey: FaasApiKeySerializer
  readonly finding: KeyFindingSerializer
  readonly actions: KeyActions
}

/** What was found, and what mends it. */
export function FindingLine({ apiKey, finding, actions }: FindingLineProps) {
  const scope = useScope()
  const may = useMay('editor')
  return (
    <Group gap="xs" justify="space-between">
      <Text size="sm" flex="1 1 220px">
        {finding.message}
      </Text>
      <Group gap={4} {...actions.ahead}>
        {mendsOf(finding.kind).map((mend) =>
          mend.kind === 'edit' ? (
            <Button
              key={mend.label}
              size="compact-sm"
              variant="default"
              component={Link}
              to={places.editKey(scope, apiKey.name, mend.tab)}
            >
              {mend.label}
            </Button>
          ) : (
            <Button
              key={mend.label}
              size="compact-sm"
              variant="default"
              disabled={!may}
              onClick={() => actions.start(mend.action, apiKey)}
            >
              {mend.label}
            </Button>
          ),
        )}
      </Group>
    </Group>
  )
}

function mendsOf(kind: KeyFindingKindChoices): readonly Mend[] {
  switch (kind) {
    case 'never_used':
    case 'unused':
      return [
        { kind: 'action', label: 'Disable', action: 'disable' },
        { kind: 'action', label: 'Delete', action: 'delete' },
      ]
    case 'unused_namespace':
    case 'unused_function':
    case 'broad_namespace':
      return [{ kind: 'edit', label: 'Open less', tab: 'access' }]
    case 'opens_nothing':
      return [
        { kind: 'edit', label: 'Choose functions', tab: 'access' },
        { kind: 'action', label: 'Delete', action: 'delete' },
      ]
    case 'old_secret':
      return [{ kind: 'action', label: 'Rotate', action: 'rotate' }]
    case 'never_expires':
      return [{ kind: 'edit', label: 'Let it expire', tab: 'expiration' }]
    case 'disabled':
      return [
        { kind: 'action', label: 'Enable', action: 'enable' },
        { kind: 'action', label: 'Delete', action: 'delete' },
      ]
    case 'expired':
      return [
        { kind: 'edit', label: 'Renew', tab: 'expiration' },
        { kind: 'action', label: 'Delete', action: 'delete' },
      ]
  }
}
