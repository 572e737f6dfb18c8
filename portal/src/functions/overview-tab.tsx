import { Code, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { useFunction } from './function-query.ts'
import { OverviewCard, TabLink } from './overview-card.tsx'
import { Facts } from './overview-facts.tsx'
import { OverviewKeys } from './overview-keys.tsx'
import { LastHour, NewestErrors } from './overview-lately.tsx'
import { useTestSearch } from './use-test-search.ts'

/** A function at a glance. */
export function Component() {
  const { fn } = useFunction()
  const mayView = useMay('viewer')
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Facts fn={fn} />
        <Stack gap="lg">
          <HowToCall fn={fn} />
          {mayView && <OverviewKeys fn={fn} />}
        </Stack>
      </SimpleGrid>
      {mayView && (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
          <LastHour wantsKey={fn.enable_api_key === true} />
          <NewestErrors />
        </SimpleGrid>
      )}
    </Stack>
  )
}

function HowToCall({ fn }: { readonly fn: FunctionSerializer }) {
  const search = useTestSearch()
  const wantsKey = fn.enable_api_key === true
  const command = wantsKey
    ? `curl -H 'X-API-Key: <your key>' '${fn.endpoint}'`
    : `curl '${fn.endpoint}'`
  return (
    <OverviewCard>
      <Title order={2} size="h5" mb="xs">
        How to call it
      </Title>
      <Text size="sm" mb="xs">
        {wantsKey
          ? 'Who calls sends an API key that opens it.'
          : 'Anybody may call it: it asks for no key.'}
      </Text>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <Code block style={{ flex: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {command}
        </Code>
        <CopyButton value={command} label="Copy the command" />
      </Group>
      <Text size="sm" mt="xs">
        <TabLink tab="test" search={search}>
          Try it here
        </TabLink>
      </Text>
    </OverviewCard>
  )
}
