import { Alert, Anchor, List, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { type FunctionName, formatFunctionName } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { triggersQuery } from './trigger-queries.ts'
import { useDeleteFunction } from './use-delete-function.ts'

const USAGE_DAYS = 30

export interface DeleteFunctionProps {
  readonly name: FunctionName
  readonly opened: boolean
  readonly onClose: () => void
  readonly onDeleted?: () => void
}

/** Deletes a function for good, after what goes with it has been said. */
export function DeleteFunction({ name, opened, onClose, onDeleted }: DeleteFunctionProps) {
  const deletion = useDeleteFunction({
    name,
    opened,
    onDeleted: () => {
      onClose()
      onDeleted?.()
    },
  })
  const { seen, isChanged } = deletion
  const close = () => {
    deletion.reset()
    onClose()
  }
  return (
    <ConfirmByName
      opened={opened}
      title={`Delete ${formatFunctionName(name)}?`}
      name={name.name}
      action="Delete the function"
      isPending={deletion.isPending}
      error={deletion.error}
      onConfirm={deletion.confirm}
      onClose={close}
    >
      {isChanged && <ChangedNote name={name} onLook={close} />}
      <Text>
        Its endpoint answers 404 from then on. Code, versions, logs and usage go with it, and
        nothing brings them back.
      </Text>
      {deletion.seeError !== null && <ErrorNote error={deletion.seeError} />}
      {deletion.isLooking && <Loader size="sm" aria-label="Loading" />}
      {opened && seen !== undefined && <WhatGoes name={name} fn={seen.fn} />}
    </ConfirmByName>
  )
}

function ChangedNote({
  name,
  onLook,
}: {
  readonly name: FunctionName
  readonly onLook: () => void
}) {
  const scope = useScope()
  return (
    <Alert
      color="yellow"
      role="alert"
      title="Somebody has changed the function meanwhile. Nothing was deleted."
    >
      What goes with it is said anew here.{' '}
      <Anchor
        component={Link}
        to={places.fn(scope, name)}
        onClick={onLook}
        inherit
        underline="always"
        c="var(--mantine-color-text)"
      >
        Look at it
      </Anchor>{' '}
      before you delete it, or confirm again.
    </Alert>
  )
}

function WhatGoes({ name, fn }: { readonly name: FunctionName; readonly fn: FunctionSerializer }) {
  const scope = useScope()
  const triggers = useQuery(triggersQuery(scope, name))
  const used = useQuery(lastUseQuery(scope, name))
  const error = triggers.error ?? used.error
  if (error !== null) return <ErrorNote error={error} />
  if (!triggers.data || !used.data) return <Loader size="sm" aria-label="Loading" />
  return (
    <List size="sm" spacing={4}>
      <List.Item>{keysSentence(fn.keys, fn.namespace_keys)}</List.Item>
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
