import { Button, Grid, Group, Skeleton, Stack } from '@mantine/core'
import { IconPencil, IconRotate } from '@tabler/icons-react'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { Page } from '../ui/page.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { useKeyActions } from './key-actions.tsx'
import { KeyAddresses } from './key-addresses.tsx'
import { KeyAudit } from './key-audit.tsx'
import { KeyFacts } from './key-facts.tsx'
import { KeyOpens } from './key-opens.tsx'
import { PropagationList, usePropagation } from './key-propagation.tsx'
import { keyQuery } from './key-queries.ts'
import { KeySection } from './key-section.tsx'
import { KeyUsage } from './key-usage.tsx'
import { KeyStatus } from './keys-columns.tsx'
import { isNotFound, NoKey } from './no-key.tsx'
import { RotateState, type RotateStateProps } from './rotate-state.tsx'

const AGAIN_MS = 10_000

/** All of one key. */
export function Component() {
  const scope = useScope()
  const { key: name = '' } = useParams()
  const navigate = useNavigate()
  const query = useQuery({ ...keyQuery(scope, name), refetchInterval: AGAIN_MS })
  const onGone = useCallback(() => void navigate(places.keys(scope)), [navigate, scope])
  // Here, so that what is asked stays when the key is gone: the change may still be on its way.
  const actions = useKeyActions({ onGone })
  const isGone = query.isError && isNotFound(query.error)
  return (
    <>
      {query.data !== undefined && !isGone ? (
        <KeyPage apiKey={query.data.key} actions={actions} />
      ) : (
        <WithoutKey name={name} query={query} />
      )}
      {actions.dialogs}
    </>
  )
}

function WithoutKey({
  name,
  query,
}: {
  readonly name: string
  readonly query: Pick<UseQueryResult, 'isError' | 'error' | 'isPending' | 'refetch'>
}) {
  return (
    <Page title={name}>
      {query.isError && isNotFound(query.error) && <NoKey name={name} />}
      {query.isError && !isNotFound(query.error) && (
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <LoadingRows />}
    </Page>
  )
}

function KeyPage({ apiKey, actions }: RotateStateProps) {
  const scope = useScope()
  const may = useMay('editor')
  const others = actions
    .actionsOf(apiKey)
    .filter(({ label }) => !['Edit', 'Rotate'].includes(label))
  return (
    <Page
      title={apiKey.name}
      beside={<KeyStatus apiKey={apiKey} />}
      actions={
        <Group gap="xs" {...actions.ahead}>
          <Button
            variant="default"
            leftSection={<IconRotate size={16} aria-hidden />}
            disabled={!may}
            onClick={() => actions.start('rotate', apiKey)}
          >
            Rotate
          </Button>
          <Button
            component={Link}
            to={places.editKey(scope, apiKey.name)}
            leftSection={<IconPencil size={16} aria-hidden />}
          >
            Edit
          </Button>
          <RowMenu name={apiKey.name} actions={others} />
        </Group>
      }
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="md">
            <KeySection title="Key">
              <KeyFacts apiKey={apiKey} />
            </KeySection>
            <KeyUsage name={apiKey.name} />
            <KeyOpens apiKey={apiKey} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="md">
            <KeySection title="Rotation">
              <RotateState apiKey={apiKey} actions={actions} />
            </KeySection>
            <InForce id={apiKey.id} />
            <KeyAddresses name={apiKey.name} />
            <KeyAudit id={apiKey.id} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  )
}

function InForce({ id }: { readonly id: string }) {
  const scope = useScope()
  const propagation = usePropagation(scope, id)
  return (
    <KeySection title="In force">
      {propagation.data !== undefined && <PropagationList propagation={propagation.data} />}
      {propagation.isPending && <Skeleton height={40} />}
      {propagation.data === undefined && propagation.isError && (
        <ErrorNote error={propagation.error} onRetry={() => void propagation.refetch()} />
      )}
    </KeySection>
  )
}
