import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { languageOfPart, nameOfPart } from './code-names.ts'
import { changedParts, type Source, sourceOf, textOf } from './code-source.ts'
import { DiffView } from './diff-view.tsx'
import { servingVersionQuery } from './versions-query.ts'

export interface CodeDifferencesProps {
  readonly saved: FunctionSerializer
  readonly source: Source
  readonly isDirty: boolean
  /** The version that serves, or what somebody else has saved meanwhile. */
  readonly against: 'deployed' | 'saved'
}

/** What the draft has otherwise than the version that serves. */
export function CodeDifferences({ saved, source, isDirty, against }: CodeDifferencesProps) {
  const serving = useQuery(servingVersionQuery(useScope(), useFunctionName()))
  const afterName = isDirty ? 'Your changes' : 'Saved code'
  if (against === 'saved') {
    return (
      <SourceDifferences
        before={sourceOf(saved)}
        after={source}
        beforeName="Theirs"
        afterName={afterName}
        runtime={saved.runtime}
      />
    )
  }
  if (serving.error !== null) return <ErrorNote error={serving.error} />
  if (serving.data === undefined) return <LoadingRows rows={3} />
  if (serving.data === null) {
    return <Text c="dimmed">No version serves yet: there is nothing to compare with.</Text>
  }
  return (
    <SourceDifferences
      before={serving.data}
      after={source}
      beforeName={`Version ${serving.data.number}, which serves`}
      afterName={afterName}
      runtime={saved.runtime}
    />
  )
}

export interface SourceDifferencesProps {
  readonly before: Source
  readonly after: Source
  readonly beforeName: string
  readonly afterName: string
  readonly runtime: string
}

/** Every text that is not the same in both. */
export function SourceDifferences(props: SourceDifferencesProps) {
  const { before, after, beforeName, afterName, runtime } = props
  const parts = changedParts(before, after)
  const isOtherMethod = before.main_method !== after.main_method
  if (parts.length === 0 && !isOtherMethod) {
    return <Text c="dimmed">The code, files and dependencies of both are the same.</Text>
  }
  return (
    <Stack>
      {isOtherMethod && (
        <Text size="sm">
          Main method: {before.main_method} → {after.main_method}
        </Text>
      )}
      {parts.map((part) => {
        const [old, now] = [textOf(before, part), textOf(after, part)]
        const name = nameOfPart(part, runtime, after.code_text)
        const done = old === undefined ? ' (added)' : now === undefined ? ' (removed)' : ''
        return (
          <section key={part}>
            <Title order={2} size="h6" mb={4} ff="monospace">
              {name}
              {done}
            </Title>
            <DiffView
              label={name}
              language={languageOfPart(part, name)}
              before={old ?? ''}
              after={now ?? ''}
              beforeName={beforeName}
              afterName={afterName}
            />
          </section>
        )
      })}
    </Stack>
  )
}
