import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import type { NavigateFunction } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { places } from '../app/places.ts'
import { messageOf } from '../ui/states.tsx'
import { keysChanged, propagationQuery } from './key-queries.ts'

const TOLD_MS = 30_000
const POLL_MS = 2_000
/** After that the node is dead or cut off for good, which the page of nodes tells. */
const WATCHED_MS = 10 * 60_000

export interface Told {
  readonly scope: Scope
  readonly key: FaasApiKeySerializer
  readonly queryClient: QueryClient
  readonly navigate: NavigateFunction
}

/** That a key is gone, with the way back. */
export function tellDeleted(told: Told, leaked: boolean): void {
  const { scope, key, navigate } = told
  const id = `deleted-${key.id}`
  const undo = async () => {
    notifications.hide(id)
    await restore(told)
  }
  const message = leaked ? (
    'No function opens with it any more, and it can never be brought back.'
  ) : (
    <Stack gap="xs">
      <Text size="sm">No function opens with it any more.</Text>
      <Group gap="sm">
        <Button size="xs" variant="default" onClick={() => void undo()}>
          Undo
        </Button>
        <Anchor
          size="sm"
          component="button"
          onClick={() => {
            notifications.hide(id)
            void navigate(places.deletedKeys(scope))
          }}
        >
          Deleted API keys
        </Anchor>
      </Group>
    </Stack>
  )
  notifications.show({
    ...{ id, title: `${key.name} is deleted`, message, autoClose: TOLD_MS, color: 'green' },
  })
}

/** Where a change is not in force yet, until it is. */
export async function tellLagging(told: Told, what: string): Promise<void> {
  const { scope, key, queryClient, navigate } = told
  const id = `lagging-${key.id}`
  notifications.show({
    ...{ id, loading: true, autoClose: false },
    title: `${what} is not in force everywhere yet`,
    message: 'Until then some node answers as before.',
  })
  const until = Date.now() + WATCHED_MS
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const found = await queryClient
      .fetchQuery({ ...propagationQuery(scope, key.id), retry: false })
      // A server that is away for a moment is asked again.
      .catch(() => undefined)
    if (found?.state !== 'applied') continue
    notifications.update({
      ...{ id, loading: false, color: 'green', autoClose: TOLD_MS },
      title: `${what} is in force on every node`,
      message: '',
    })
    await keysChanged(queryClient, scope)
    return
  }
  notifications.update({
    ...{ id, loading: false, color: 'yellow', autoClose: false },
    title: `${what} is still not in force everywhere`,
    message: (
      <Anchor
        size="sm"
        component="button"
        onClick={() => {
          notifications.hide(id)
          void navigate(places.nodes())
        }}
      >
        See which node is behind
      </Anchor>
    ),
  })
}

async function restore({ scope, key, queryClient, navigate }: Told): Promise<void> {
  try {
    await api.deletedKeys.restore(scope, key.id)
    await keysChanged(queryClient, scope)
    notifications.show({
      ...{ color: 'green', title: `${key.name} is back` },
      message: 'It has the secret that it had.',
    })
  } catch (error) {
    notifications.show({
      ...{ color: 'red', autoClose: TOLD_MS },
      title: `${key.name} could not be brought back`,
      message: messageOf(error),
    })
    void navigate(places.deletedKeys(scope))
  }
}
