import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconArrowRight,
  IconCode,
  IconFileText,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
  IconTrash,
  IconVersions,
} from '@tabler/icons-react'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { useMay } from '../app/may.ts'
import { type FunctionTab, places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { DeleteFunction } from './function-delete.tsx'
import { SwitchFunction } from './function-switch.tsx'

export interface FunctionActionsProps {
  readonly namespace: string
  readonly fn: Pick<FunctionSerializer, 'name' | 'disabled'>
  readonly onDeleted?: () => void
}

const PAGES: readonly {
  readonly label: string
  readonly tab: FunctionTab
  readonly Icon: typeof IconCode
}[] = [
  { label: 'Open', tab: 'overview', Icon: IconArrowRight },
  { label: 'Test', tab: 'test', Icon: IconSend },
  { label: 'Logs', tab: 'logs', Icon: IconFileText },
  { label: 'Code', tab: 'code', Icon: IconCode },
  { label: 'Versions', tab: 'versions', Icon: IconVersions },
]

/** At the end of a row: three dots with what can be done with the function. */
export function FunctionMenu(props: FunctionActionsProps) {
  const { namespace, fn } = props
  const scope = useScope()
  const mayEdit = useMay('editor')
  const name = { namespace, name: fn.name }
  const { switching, deleting, dialogs } = useDialogs(props)
  const pages = PAGES.map(({ label, tab, Icon }) => ({
    label,
    icon: <Icon size={16} aria-hidden />,
    to: places.fn(scope, name, tab),
  }))
  const changes = [
    {
      label: switchLabel(fn.disabled),
      icon: switchIcon(fn.disabled),
      onClick: switching.open,
      isParted: true,
    },
    {
      label: 'Delete',
      icon: <IconTrash size={16} aria-hidden />,
      onClick: deleting.open,
      isDangerous: true,
    },
  ]
  return (
    <>
      <RowMenu name={formatFunctionName(name)} actions={mayEdit ? [...pages, ...changes] : pages} />
      {dialogs}
    </>
  )
}

/** The same on the function's own page. */
export function FunctionButtons(props: FunctionActionsProps) {
  const { fn } = props
  const mayEdit = useMay('editor')
  const { switching, deleting, dialogs } = useDialogs(props)
  if (!mayEdit) return null
  return (
    <>
      <Button variant="default" leftSection={switchIcon(fn.disabled)} onClick={switching.open}>
        {switchLabel(fn.disabled)}
      </Button>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={deleting.open}
      >
        Delete
      </Button>
      {dialogs}
    </>
  )
}

function useDialogs({ namespace, fn, onDeleted }: FunctionActionsProps) {
  const [isSwitching, switching] = useDisclosure(false)
  const [isDeleting, deleting] = useDisclosure(false)
  const name = { namespace, name: fn.name }
  const dialogs = (
    <>
      <SwitchFunction
        name={name}
        disabled={fn.disabled}
        opened={isSwitching}
        onClose={switching.close}
      />
      <DeleteFunction
        name={name}
        opened={isDeleting}
        onClose={deleting.close}
        {...(onDeleted && { onDeleted })}
      />
    </>
  )
  return { switching, deleting, dialogs }
}

function switchLabel(isDisabled: boolean): string {
  return isDisabled ? 'Enable' : 'Disable'
}

function switchIcon(isDisabled: boolean) {
  const Icon = isDisabled ? IconPlayerPlay : IconPlayerPause
  return <Icon size={16} aria-hidden />
}
