import { Alert, Anchor, Badge, Button, Group, Paper, Stack, Tabs, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconListDetails } from '@tabler/icons-react'
import { Link } from 'react-router'
import { type FunctionTab, type KeyTab, places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { KeyValue } from '../ui/key-value.tsx'
import { TestBody } from './test-body.tsx'
import { curlOf, sentFileOf } from './test-request.ts'
import type { TestRun } from './test-runs.ts'
import { durationText, type Refusal, refusalOf, startText, statusText } from './test-words.ts'

export interface TestAnswerProps {
  readonly run: TestRun
  readonly endpoint: string
  /** Of the tries on this page. */
  readonly coldStarts: number
  readonly tries: number
}

/** What came of a test. */
export function TestAnswer({ run, endpoint, coldStarts, tries }: TestAnswerProps) {
  const scope = useScope()
  const fn = useFunctionName()
  const { answer, request } = run
  const refusal = refusalOf(answer)
  const logs = `${places.fn(scope, fn, 'logs')}?request_id=${encodeURIComponent(answer.request_id)}`
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="test-answer">
      <Stack>
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Title order={2} size="h4" id="test-answer">
              Answer
            </Title>
            <StatusBadge status={answer.status} />
            <Text size="sm">{durationText(answer.duration_ms)}</Text>
          </Group>
          <Group gap="xs">
            {answer.instance !== null && (
              <Button
                component={Link}
                to={logs}
                size="xs"
                variant="default"
                leftSection={<IconListDetails size={16} aria-hidden />}
              >
                Its lines in the log
              </Button>
            )}
            <CopyButton
              value={curlOf(endpoint, request, sentFileOf(run.draft))}
              label="Copy as curl"
              size="xs"
              wide
            />
          </Group>
        </Group>
        {refusal !== undefined && <RefusalNote refusal={refusal} run={run} />}
        {!answer.whole && (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="It was broken off">
            The answer had begun and did not come to its end: the function failed, its time was
            over, or its instance ended.
          </Alert>
        )}
        <KeyValue
          items={[
            ['Start', `${startText(answer)} ${countText(coldStarts, tries)}`],
            [
              'Until the first byte',
              answer.first_byte_ms === null ? null : durationText(answer.first_byte_ms),
            ],
            ['Served by', servedBy(answer.version_number, answer.instance)],
            ['Called as', request.key ?? 'nobody: without a key'],
            [
              'Request',
              <Group key="id" gap={4} wrap="nowrap">
                <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                  {answer.request_id}
                </Text>
                <CopyButton value={answer.request_id} label="Copy the request id" />
              </Group>,
            ],
          ]}
        />
        <Tabs defaultValue="body" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="body">Body</Tabs.Tab>
            <Tabs.Tab value="headers">Headers ({answer.headers.length})</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="body" pt="sm">
            <TestBody key={run.id} answer={answer} />
          </Tabs.Panel>
          <Tabs.Panel value="headers" pt="sm">
            <KeyValue items={answer.headers.map(({ name, value }) => [name, value] as const)} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Paper>
  )
}

function StatusBadge({ status }: { readonly status: number }) {
  const color = status >= 500 ? 'red' : status >= 400 ? 'yellow' : status >= 300 ? 'blue' : 'green'
  return (
    <Badge variant="light" color={status === 0 ? 'red' : color} tt="none" size="lg">
      {status === 0 ? 'No answer' : statusText(status)}
    </Badge>
  )
}

function RefusalNote({ refusal, run }: { readonly refusal: Refusal; readonly run: TestRun }) {
  const { title, mend, place } = refusal
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={title}>
      {mend} {place !== undefined && <MendLink place={place} run={run} />}
    </Alert>
  )
}

function MendLink({
  place,
  run,
}: {
  readonly place: NonNullable<Refusal['place']>
  readonly run: TestRun
}) {
  const scope = useScope()
  const fn = useFunctionName()
  const { key } = run.request
  const ofKey = (tab: KeyTab) => key !== null && places.editKey(scope, key, tab)
  const ofFunction = (tab: FunctionTab) => places.fn(scope, fn, tab)
  const [to, label] = {
    access: [ofKey('access'), 'To what the key opens'],
    expiration: [ofKey('expiration'), 'To its expiration'],
    key: [key !== null && places.key(scope, key), 'To the key'],
    code: [ofFunction('code'), 'To the code'],
    configuration: [ofFunction('configuration'), 'To its limits'],
    logs: [
      `${ofFunction('logs')}?request_id=${encodeURIComponent(run.answer.request_id)}`,
      'To the log',
    ],
  }[place] as [string | false, string]
  if (to === false) return null
  return (
    <Anchor component={Link} to={to} inherit underline="always" c="var(--mantine-color-text)">
      {label}
    </Anchor>
  )
}

function countText(coldStarts: number, tries: number): string {
  if (tries < 2) return ''
  const cold = coldStarts === 0 ? 'none was' : coldStarts === 1 ? '1 was' : `${coldStarts} were`
  return `Of the ${tries} tries on this page ${cold} ${coldStarts > 1 ? 'cold starts' : 'a cold start'}.`
}

function servedBy(version: number | null, instance: string | null): string | null {
  if (instance === null) return null
  return version === null ? `Instance ${instance}` : `Version ${version}, instance ${instance}`
}
