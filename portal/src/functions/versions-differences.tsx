import { List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from '../../../src/client/errors.ts'
import type { FunctionVersionDiffSerializer } from '../../../src/client/types.ts'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { SourceDifferences } from './code-differences.tsx'
import { versionQuery } from './versions-query.ts'

export interface VersionDifferencesProps {
  readonly scope: Scope
  readonly name: FunctionName
  readonly from: number
  readonly to: number
}

const SETTINGS: Readonly<Record<string, string>> = {
  runtime: 'Runtime',
  main_method: 'Main method',
  flavor: 'Flavor',
}

/** What one version has otherwise than another: texts beside each other, settings, names of values. */
export function VersionDifferences({ scope, name, from, to }: VersionDifferencesProps) {
  const before = useQuery(versionQuery(scope, name, from))
  const after = useQuery(versionQuery(scope, name, to))
  const diff = useQuery({
    queryKey: ['functions', scope, name.namespace, name.name, 'diff', from, to],
    queryFn: () => api.functions.versionDiff(scope, name, to, from),
  })
  const error = before.error ?? after.error ?? diff.error
  if (error instanceof ApiError && error.status === 404) {
    return <Text c="dimmed">One of the two is not kept any more, or never was.</Text>
  }
  if (error !== null) return <ErrorNote error={error} />
  if (!before.data || !after.data || !diff.data) return <LoadingRows rows={3} />
  return (
    <Stack>
      <OtherDifferences diff={diff.data} />
      <SourceDifferences
        before={before.data}
        after={after.data}
        beforeName={`Version ${from}`}
        afterName={`Version ${to}`}
        runtime={after.data.runtime}
      />
    </Stack>
  )
}

/** Values of the environment are compared by the server, and shown by their names alone. */
function OtherDifferences({ diff }: { readonly diff: FunctionVersionDiffSerializer }) {
  const { settings, env_names: names } = diff
  const lines = [
    ...settings
      // It stands with the code.
      .filter(({ name }) => name !== 'main_method')
      .map(({ name, before, after }) => `${SETTINGS[name] ?? name}: ${before} → ${after}`),
    ...named('Environment values added', names.added),
    ...named('Environment values removed', names.removed),
    ...named('Environment values changed', names.changed),
  ]
  if (lines.length === 0) return null
  return (
    <List size="sm">
      {lines.map((line) => (
        <List.Item key={line} style={{ overflowWrap: 'anywhere' }}>
          {line}
        </List.Item>
      ))}
    </List>
  )
}

function named(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`]
}
