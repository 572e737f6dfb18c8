import { Button, Group, Stack } from '@mantine/core'
import { Link, useNavigate } from 'react-router'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { LeaveGuard, SAVED } from '../ui/leave-guard.tsx'
import { AccessPicker } from './access-picker.tsx'
import { ExpirationPicker } from './expiration-picker.tsx'
import type { KeyPolicy } from './expiration-time.ts'
import { KeyNotes } from './key-notes.tsx'
import { NewKeyFault } from './new-key-fault.tsx'
import { KeyNameField } from './new-key-name.tsx'
import { NewKeySection } from './new-key-section.tsx'
import { StartField } from './new-key-start.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { NAME_ID, useNewKey } from './use-new-key.ts'

/** Everything of a new key on one page, in the order in which people think of it. */
export function NewKeyForm({ policy }: { readonly policy: KeyPolicy }) {
  const scope = useScope()
  const navigate = useNavigate()
  const { draft, change, isDirty, errors, rest, creation, form, submit } = useNewKey(policy)
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label="Create API key">
      {creation.created === undefined && <LeaveGuard isDirty={isDirty} />}
      <Stack maw={1100} gap="lg">
        <NewKeySection title="General information">
          <KeyNameField
            id={NAME_ID}
            scope={scope}
            value={draft.name}
            onChange={(name) => change({ name })}
            error={errors.name}
            isMade={creation.created !== undefined}
          />
          <KeyNotes draft={draft} change={change} errors={errors} />
          <StartField
            value={draft.notBefore}
            onChange={(notBefore) => change({ notBefore })}
            error={errors.not_before}
          />
        </NewKeySection>
        <NewKeySection title="Access to functions">
          <AccessPicker
            scope={scope}
            value={draft.access}
            onChange={(access) => change({ access })}
            error={errors.functions ?? errors.namespaces}
          />
        </NewKeySection>
        <NewKeySection title="Expiration">
          <ExpirationPicker
            value={draft.expire}
            onChange={(expire) => change({ expire })}
            policy={policy}
            error={errors.expire}
            notBefore={draft.notBefore}
          />
        </NewKeySection>
        {rest !== null && <NewKeyFault error={rest} />}
        <Group justify="flex-end">
          <Button variant="default" component={Link} to={places.keys(scope)}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
      {creation.created !== undefined && (
        <SecretDialog
          created={creation.created}
          onSecret={creation.setCreated}
          onClose={() => {
            // Nothing of it is left in the page that the browser may keep.
            creation.setCreated(undefined)
            void navigate(places.keys(scope), { replace: true, state: SAVED })
          }}
        />
      )}
    </form>
  )
}
