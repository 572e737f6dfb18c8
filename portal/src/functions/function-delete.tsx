import { List, Loader, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FunctionName, formatFunctionName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { useScope } from '../app/scope.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'
import { functionQuery } from './function-query.ts'

const USAGE_DAYS = 30

export interface DeleteFunctionProps {
  readonly name: FunctionName
  readonly opened: boolean
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

/** Deletes a function for good, after what goes with it has been said. */
export function DeleteFunction({ name, opened, onClose, onDeleted }: DeleteFunctionProps) {
  const scope = useScope()
  const changed = useFunctionsChanged()
  const remove = useMutation({
    mutationFn: async () => waitForTasks(await api.functions.delete(scope, name)),
    onSuccess: async () => {
      onClose()
      onDeleted?.()
      await changed()
    },
  })
  return (
    <ConfirmByName
      opened={opened}
      title={`Delete ${formatFunctionName(name)}?`}
      name={name.name}
      action="Delete the function"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={() => {
        remove.reset()
        onClose()
      }}
    >
      <Text>
        Its endpoint answers 404 from then on. Code, versions, logs and usage go with it, and
        nothing brings them back.
      </Text>
      {opened && <WhatGoes name={name} />}
    </ConfirmByName>
  )
}

function WhatGoes({ name }: { readonly name: FunctionName }) {
  const scope = useScope()
  const loaded = useQuery(functionQuery(scope, name))
  const triggers = useQuery({
    queryKey: ['triggers', scope, name.namespace, name.name],
    queryFn: () => api.triggers.list(scope, name),
  })
  const used = useQuery(lastUseQuery(scope, name))
  const error = loaded.error ?? triggers.error ?? used.error
  if (error !== null) return <ErrorNote error={error} />
  if (!loaded.data || !triggers.data || !used.data) return <Loader size="sm" aria-label="Loading" />
  const { keys, namespace_keys: namespaceKeys } = loaded.data.fn
  return (
    <List size="sm" spacing={4}>
      <List.Item>{keysSentence(keys, namespaceKeys)}</List.Item>
      <List.Item>
        {triggersSentence(triggers.data.results.map((trigger) => trigger.name))}
      </List.Item>
      <List.Item>
        {used.data.last === undefined ? (
          `It was not called in the last ${USAGE_DAYS} days.`
        ) : (
          <>
            Last called in the hour of <TimeText time={used.data.last} />; {used.data.requests}{' '}
            calls in the last {USAGE_DAYS} days.
          </>
        )}
      </List.Item>
    </List>
  )
}

function lastUseQuery(scope: Parameters<typeof api.functions.usage>[0], name: FunctionName) {
  return {
    queryKey: ['functions', scope, name.namespace, name.name, 'last-use'],
    queryFn: async () => {
      const from = new Date(Date.now() - USAGE_DAYS * 86_400_000).toISOString()
      const { results } = await api.functions.usage(scope, name, { from, step: 'hour' })
      const last = results.findLast(({ requests }) => requests > 0)?.time
      return { last, requests: results.reduce((sum, { requests }) => sum + requests, 0) }
    },
  }
}

function keysSentence(keys: readonly string[], namespaceKeys: readonly string[]): string {
  if (keys.length === 0 && namespaceKeys.length === 0) return 'No key opens it.'
  if (keys.length === 0) return `Keys open it through its namespace: ${namespaceKeys.join(', ')}.`
  return `Keys that open it by name lose it, and stay: ${keys.join(', ')}.`
}

function triggersSentence(names: readonly string[]): string {
  return names.length === 0 ? 'It has no triggers.' : `Its triggers go too: ${names.join(', ')}.`
}
