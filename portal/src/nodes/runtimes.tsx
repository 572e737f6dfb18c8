import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCurrentScope } from '../app/current-scope.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { runtimesQuery } from './nodes-query.ts'

const LANGUAGES: Readonly<Record<string, string>> = {
  nodejs: 'Node.js',
  python: 'Python',
  go: 'Go',
  java: 'Java',
}

/** What functions can run on. */
export function Runtimes() {
  const runtimes = useQuery(runtimesQuery(useCurrentScope()))
  const byLanguage = Object.groupBy(runtimes.data?.details ?? [], ({ language }) => language)
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="runtimes">
      <Title order={2} size="h5" mb="xs" id="runtimes">
        Runtimes
      </Title>
      {runtimes.isPending && runtimes.error === null && <LoadingRows rows={3} />}
      {runtimes.error !== null && (
        <ErrorNote error={runtimes.error} onRetry={() => void runtimes.refetch()} />
      )}
      <Stack gap="xs">
        {Object.entries(byLanguage).map(([language, all = []]) => (
          <Group key={language} gap="xs" wrap="nowrap" align="flex-start">
            <Text size="sm" miw={70}>
              {LANGUAGES[language] ?? language}
            </Text>
            <Group gap={6}>
              {all.map(({ name, ready }) => (
                <Badge key={name} variant="default" tt="none">
                  {ready ? name : `(${name})`}
                </Badge>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
      {runtimes.data?.details.some(({ ready }) => !ready) && (
        <Text size="xs" c="dimmed" mt="xs">
          Those in brackets are fetched by the first build that wants them.
        </Text>
      )}
    </Paper>
  )
}
