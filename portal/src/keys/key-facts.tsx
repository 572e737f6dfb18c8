import { Badge, Group, Text } from '@mantine/core'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { KeyValue } from '../ui/key-value.tsx'
import { Mono } from '../ui/mono.tsx'
import { TimeText, useNowMs } from '../ui/time-text.tsx'
import { leftText } from './expiration-time.ts'
import { LastUseFact } from './key-last-use.tsx'

/** What is known of the key at a glance. */
export function KeyFacts({ apiKey }: { readonly apiKey: FaasApiKeySerializer }) {
  const { expire = null } = apiKey
  const nowMs = useNowMs()
  const labels = Object.entries(apiKey.labels)
  return (
    <KeyValue
      items={[
        ['Description', apiKey.description || null],
        [
          'Expires',
          expire === null ? (
            'Never'
          ) : (
            <>
              <TimeText time={expire} /> ({leftText(expire, nowMs)})
            </>
          ),
        ],
        [
          'Works from',
          apiKey.not_before === null ? null : <TimeText key="from" time={apiKey.not_before} />,
        ],
        [
          'Secret',
          <>
            <Mono>{apiKey.hint}</Mono>
            <Text size="xs" c="dimmed">
              Latchkey does not keep it. Rotate the key for a new one.
            </Text>
          </>,
        ],
        ['Last usage', <LastUseFact key="last-use" used={apiKey} />],
        ['Issued by', apiKey.issued_by || null],
        ['Created', <TimeText key="created" time={apiKey.created_at} />],
        ['Changed', <TimeText key="changed" time={apiKey.updated_at} />],
        [
          'Labels',
          labels.length === 0 ? null : (
            <Group key="labels" gap={4}>
              {labels.map(([name, value]) => (
                <Badge key={name} variant="default" tt="none" fw={400}>
                  {value === '' ? name : `${name}=${value}`}
                </Badge>
              ))}
            </Group>
          ),
        ],
        [
          'Id',
          <Group key="id" gap={4} wrap="nowrap">
            <Mono>{apiKey.id}</Mono>
            <CopyButton value={apiKey.id} label="Copy the id" />
          </Group>,
        ],
      ]}
    />
  )
}
