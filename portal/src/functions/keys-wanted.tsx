import { Switch, Text } from '@mantine/core'
import { useState } from 'react'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Section } from './configuration-section.tsx'
import { useAccessChange } from './keys-change.ts'

/** Whether callers need a key at all, which is asked for both ways before it is changed. */
export function WantsKey({ fn }: { readonly fn: FunctionSerializer }) {
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
        // Else it is called by its description too, which is read out after it.
        aria-label="Callers need a key"
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
