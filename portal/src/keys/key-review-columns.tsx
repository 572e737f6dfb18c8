import { Anchor, List, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { KeyReviewSerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { places } from '../app/places.ts'
import type { Column } from '../ui/data-table.tsx'
import { RelativeTime } from '../ui/time-text.tsx'
import type { KeyActions } from './key-actions.tsx'
import { FindingLine } from './key-review-finding.tsx'
import { KeyStatus } from './keys-columns.tsx'

export function reviewColumns(
  scope: Scope,
  actions: KeyActions,
): readonly Column<KeyReviewSerializer>[] {
  return [
    {
      ...{ id: 'key', header: 'Key' },
      cell: ({ key }) => (
        <Stack gap={4} align="flex-start">
          <Anchor component={Link} to={places.key(scope, key.name)} fw={600} size="sm">
            {key.name}
          </Anchor>
          <KeyStatus apiKey={key} />
        </Stack>
      ),
    },
    {
      ...{ id: 'used', header: 'Last usage', from: 'md' },
      cell: ({ key }) => (
        <Text size="sm" component="div">
          <RelativeTime time={key.last_used_at} never="Never" />
        </Text>
      ),
    },
    {
      ...{ id: 'findings', header: 'What was found' },
      cell: ({ key, findings }) => (
        <List listStyleType="none" size="sm" spacing="sm" aria-label={`Findings of ${key.name}`}>
          {findings.map((finding) => (
            <List.Item
              key={`${finding.kind} ${finding.namespace} ${finding.function?.namespace} ${finding.function?.name}`}
            >
              <FindingLine apiKey={key} finding={finding} actions={actions} />
            </List.Item>
          ))}
        </List>
      ),
    },
  ]
}
