import { Loader, SimpleGrid, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { useFunction } from './function-query.ts'
import { TestAnswer } from './test-answer.tsx'
import { draftFrom } from './test-beginning.ts'
import { TestForm } from './test-form.tsx'
import { TestHistory } from './test-history.tsx'
import { type TestRun, type TestRuns, useTestRuns } from './test-runs.ts'
import { durationText, statusText } from './test-words.ts'

/** Calls the function as any key, or as nobody, and shows what came of it. */
export function Component() {
  const mayTest = useMay('editor')
  if (!mayTest) {
    return <NeedsRole least="editor">Trying a function calls it as one of the keys.</NeedsRole>
  }
  return <Test />
}

function Test() {
  const { fn } = useFunction()
  const [params] = useSearchParams()
  const [draft, setDraft] = useState(() => draftFrom(params))
  const tries = useTestRuns(useScope(), useFunctionName())
  const [chosenId, setChosenId] = useState<number>()
  const shown = tries.runs.find(({ id }) => id === chosenId) ?? tries.runs[0]
  const send = () => {
    setChosenId(undefined)
    tries.send(draft)
  }
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <TestForm
          draft={draft}
          onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
          isOpen={fn.enable_api_key !== true}
          isRunning={tries.isRunning}
          error={tries.error}
          onSend={send}
          onCancel={tries.cancel}
        />
        <Outcome tries={tries} shown={shown} endpoint={fn.endpoint} />
      </SimpleGrid>
      {tries.runs.length > 1 && (
        <section aria-labelledby="test-history">
          <Title order={2} size="h4" id="test-history" mb={4}>
            Tries
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            Since this page was opened. They are kept nowhere.
          </Text>
          <TestHistory
            runs={tries.runs}
            endpoint={fn.endpoint}
            shownId={shown?.id ?? 0}
            onShow={({ id }) => setChosenId(id)}
            onReuse={(run) => setDraft(run.draft)}
          />
        </section>
      )}
    </Stack>
  )
}

function Outcome({
  tries,
  shown,
  endpoint,
}: {
  readonly tries: TestRuns
  readonly shown: TestRun | undefined
  readonly endpoint: string
}) {
  const { runs, isRunning } = tries
  return (
    <div>
      <VisuallyHidden role="status">{saidOf(tries)}</VisuallyHidden>
      {isRunning && (
        <Stack align="center" py="xl" gap="xs">
          <Loader size="sm" aria-hidden />
          <Text c="dimmed">Waiting for the answer…</Text>
        </Stack>
      )}
      {!isRunning && shown !== undefined && (
        <TestAnswer
          key={shown.id}
          run={shown}
          endpoint={endpoint}
          coldStarts={runs.filter(({ answer }) => answer.cold).length}
          tries={runs.length}
        />
      )}
      {!isRunning && shown === undefined && (
        <Text size="sm" c="dimmed" py="md">
          The answer stands here. A test is a call like any other: it goes through the gateway, it
          is judged by the key that you choose, and it counts in usage and metrics.
        </Text>
      )}
    </div>
  )
}

/** What is told to those who do not see that an answer has come. */
function saidOf({ runs, isRunning }: TestRuns): string {
  if (isRunning) return 'Waiting for the answer'
  const newest = runs[0]?.answer
  if (newest === undefined) return ''
  const status = newest.status === 0 ? 'nothing' : statusText(newest.status)
  return `Answered ${status} in ${durationText(newest.duration_ms)}`
}
