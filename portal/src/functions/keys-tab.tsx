import { Anchor, Button, Group, Stack, Switch, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { ChangeFunctionSerializer, FunctionSerializer } from '../../../src/client/types.ts'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { Section } from './configuration-section.tsx'
import { useFunctionsChanged, waitForTasks } from './function-change.ts'
import { KeysSelect } from './function-keys-select.tsx'
import { useFunction } from './function-query.ts'
import { useUpdateFunction } from './function-update.ts'
import { type OpeningKey, useOpeningKeys } from './keys-opening.ts'

/** Who may call the function: which keys open it, and whether it wants one at all. */
export function Component() {
  const { fn } = useFunction()
  return (
    <Stack gap="lg">
      <WantsKey fn={fn} />
      <ByName fn={fn} />
      <ThroughNamespace />
    </Stack>
  )
}

/** A change of who may call; what somebody else changes elsewhere stays. */
function useAccessChange(isUntouched: (newest: FunctionSerializer) => boolean) {
  const base = useFunction()
  const update = useUpdateFunction()
  const changed = useFunctionsChanged()
  return useMutation({
    mutationFn: async (body: ChangeFunctionSerializer) => {
      const { tasks } = await update({ base, body, isUntouched })
      await waitForTasks({ tasks: [...tasks] })
    },
    onSettled: changed,
  })
}

function WantsKey({ fn }: { readonly fn: FunctionSerializer }) {
  const mayEdit = useMay('editor')
  const [isAsking, setAsking] = useState(false)
  const wantsKey = fn.enable_api_key === true
  const change = useAccessChange((newest) => (newest.enable_api_key === true) === wantsKey)
  const close = () => {
    setAsking(false)
    change.reset()
  }
  return (
    <Section title="Access">
      <Switch
        label="Callers need a key"
        description={
          wantsKey
            ? 'Calls without a key that opens the function are answered 401.'
            : 'The function is open: whoever knows the endpoint can call it.'
        }
        checked={wantsKey}
        disabled={!mayEdit}
        onChange={() => setAsking(true)}
      />
      {!mayEdit && <Text size="sm">{roleNeededText('editor')}</Text>}
      <Confirm
        opened={isAsking}
        title={wantsKey ? 'Let callers in without a key?' : 'Want a key of callers?'}
        action={wantsKey ? 'Open the function' : 'Want a key'}
        isDangerous={wantsKey}
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate({ enable_api_key: !wantsKey }, { onSuccess: close })}
        onClose={close}
      >
        <Text size="sm">
          {wantsKey
            ? 'From then on whoever knows the endpoint can call the function. Its keys stay, and are not looked at.'
            : 'From then on calls without a key that opens the function are refused.'}
        </Text>
      </Confirm>
    </Section>
  )
}

function ByName({ fn }: { readonly fn: FunctionSerializer }) {
  const scope = useScope()
  const name = useFunctionName()
  const mayEdit = useMay('editor')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [removing, setRemoving] = useState<string>()
  const isUntouched = (newest: FunctionSerializer) => sameNames(newest.keys, fn.keys)
  const adding = useAccessChange(isUntouched)
  const removal = useAccessChange(isUntouched)
  const opening = useOpeningKeys(fn.keys)
  const close = () => {
    setRemoving(undefined)
    removal.reset()
  }
  return (
    <Section title="Keys that open it by name">
      {fn.keys.length === 0 && <Text c="dimmed">There are none.</Text>}
      {opening.map((key) => (
        <KeyRow
          key={key.name}
          opening={key}
          {...(mayEdit && { onRemove: () => setRemoving(key.name) })}
        />
      ))}
      {mayEdit && (
        <Group align="flex-end">
          <KeysSelect
            scope={scope}
            label="Add keys"
            value={chosen}
            onChange={setChosen}
            without={fn.keys}
          />
          <Button
            disabled={chosen.length === 0}
            loading={adding.isPending}
            onClick={() =>
              adding.mutate({ keys: [...fn.keys, ...chosen] }, { onSuccess: () => setChosen([]) })
            }
          >
            Add
          </Button>
          <Button
            variant="default"
            component={Link}
            to={`${places.newKey(scope)}?function=${encodeURIComponent(formatFunctionName(name))}`}
          >
            Create a key for it
          </Button>
        </Group>
      )}
      {adding.isError && <ErrorNote error={adding.error} />}
      <Confirm
        opened={removing !== undefined}
        title={`Take the function from ${removing}?`}
        action="Remove"
        isDangerous
        isPending={removal.isPending}
        error={removal.error}
        onConfirm={() =>
          removal.mutate({ keys: fn.keys.filter((key) => key !== removing) }, { onSuccess: close })
        }
        onClose={close}
      >
        <Text size="sm">
          Calls of {formatFunctionName(name)} with this key are answered 401 from then on, unless it
          opens the whole namespace. The key itself stays, and what else it opens.
        </Text>
      </Confirm>
    </Section>
  )
}

function ThroughNamespace() {
  const scope = useScope()
  const { namespace } = useFunctionName()
  const { fn } = useFunction()
  const opening = useOpeningKeys(fn.namespace_keys)
  return (
    <Section title="Keys that open the whole namespace">
      {opening.length === 0 && <Text c="dimmed">There are none.</Text>}
      {opening.map((key) => (
        <KeyRow key={key.name} opening={key} />
      ))}
      <Anchor component={Link} to={places.namespace(scope, namespace)} size="sm" underline="always">
        The namespace {namespace}
      </Anchor>
    </Section>
  )
}

function KeyRow({
  opening,
  onRemove,
}: {
  readonly opening: OpeningKey
  readonly onRemove?: () => void
}) {
  const scope = useScope()
  const { name, key, error } = opening
  return (
    <Group gap="sm" wrap="nowrap" justify="space-between">
      <Group gap="sm" miw={0}>
        <Anchor component={Link} to={places.key(scope, name)} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Anchor>
        {key !== undefined && (
          <>
            <StatusBadge status={key.status} />
            <Text size="sm" c="dimmed">
              {key.expire === null || key.expire === undefined ? (
                'Never expires'
              ) : (
                <>
                  Until <TimeText time={key.expire} />
                </>
              )}
            </Text>
          </>
        )}
        {error !== undefined && (
          <Text size="sm" c="dimmed">
            Its state could not be asked for.
          </Text>
        )}
      </Group>
      {onRemove !== undefined && (
        <RowMenu
          name={name}
          actions={[{ label: 'Remove', onClick: onRemove, isDangerous: true }]}
        />
      )}
    </Group>
  )
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join()
}
