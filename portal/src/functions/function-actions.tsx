import { ActionIcon, Button, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconArrowRight,
  IconCode,
  IconDots,
  IconFileText,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
  IconTrash,
  IconVersions,
} from '@tabler/icons-react'
import { Link } from 'react-router'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { DeleteFunction } from './function-delete.tsx'
import { SwitchFunction } from './function-switch.tsx'

export interface FunctionActionsProps {
  readonly namespace: string
  readonly fn: Pick<FunctionSerializer, 'name' | 'disabled'>
  readonly onDeleted?: () => void
}

/** At the end of a row: three dots with what can be done with the function. */
export function FunctionMenu(props: FunctionActionsProps) {
  const { namespace, fn } = props
  const scope = useScope()
  const mayEdit = useMay('editor')
  const name = { namespace, name: fn.name }
  const { switching, deleting, dialogs } = useDialogs(props)
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Actions for ${formatFunctionName(name)}`}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={places.fn(scope, name)}
            leftSection={<IconArrowRight size={16} aria-hidden />}
          >
            Open
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={places.fn(scope, name, 'test')}
            leftSection={<IconSend size={16} aria-hidden />}
          >
            Test
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={places.fn(scope, name, 'logs')}
            leftSection={<IconFileText size={16} aria-hidden />}
          >
            Logs
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={places.fn(scope, name, 'code')}
            leftSection={<IconCode size={16} aria-hidden />}
          >
            Code
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={places.fn(scope, name, 'versions')}
            leftSection={<IconVersions size={16} aria-hidden />}
          >
            Versions
          </Menu.Item>
          {mayEdit && (
            <>
              <Menu.Divider />
              <Menu.Item onClick={switching.open} leftSection={switchIcon(fn.disabled)}>
                {switchLabel(fn.disabled)}
              </Menu.Item>
              <Menu.Item
                color="red"
                onClick={deleting.open}
                leftSection={<IconTrash size={16} aria-hidden />}
              >
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
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
