import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Confirm } from '../ui/confirm.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { Section } from './configuration-section.tsx'
import { KeysSelect } from './function-keys-select.tsx'
import { useFunction } from './function-query.ts'
import { useAccessChange } from './keys-change.ts'
import { useOpeningKeys } from './keys-opening.ts'
import { KeyRow } from './keys-row.tsx'
import { WantsKey } from './keys-wanted.tsx'

/** Who may call the function: which keys open it, and whether it wants one at all. */
export function Component() {
  const { fn } = useFunction()
  const mayRead = useMay('viewer')
  if (!mayRead) return <NeedsRole least="viewer" />
  return (
    <Stack gap="lg">
      <WantsKey fn={fn} />
      <ByName fn={fn} />
      <ThroughNamespace />
    </Stack>
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

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join()
}
