import { Alert, Anchor, Textarea, TextInput } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { serverErrors } from '../ui/server-errors.ts'
import { type KeySettingsProps, useSaveKeySettings } from './key-settings.ts'
import { mailSettingsQuery } from './mail-queries.ts'
import { useNoticesDraft } from './notices-draft.ts'
import { SettingsForm } from './settings-form.tsx'
import { WithKeySettings } from './with-key-settings.tsx'

const FIELDS = ['notice_days', 'unused_days', 'notice_emails']

/** When operators are told of keys, and who is told by mail. */
export function NoticesTab({ projectId }: { readonly projectId: number }) {
  return <WithKeySettings projectId={projectId} form={Form} />
}

function Form({ projectId, settings }: KeySettingsProps) {
  const save = useSaveKeySettings(projectId)
  const draft = useNoticesDraft(settings)
  const { values, isDirty, isValid, faults, patch, set, reset } = draft
  const { placed: refused, rest } = serverErrors(save.error, FIELDS)
  return (
    <SettingsForm
      isDirty={isDirty}
      isValid={isValid}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      error={rest}
      // The server may order them otherwise than they were typed.
      onSave={() => save.mutate(patch, { onSuccess: reset })}
      onDiscard={reset}
    >
      <TextInput
        label="Days before an expiry"
        description="On each of these days before its expiry a key is told of in the bell, by webhook and by mail, and in any case when it has expired."
        placeholder="30, 14, 7, 1"
        value={values.days}
        onChange={(event) => set({ days: event.currentTarget.value })}
        error={refused.notice_days ?? faults.days}
        autoComplete="off"
      />
      <TextInput
        label="Days without use"
        description="A key that opened nothing for so many days is told of once. 0: never."
        inputMode="numeric"
        value={values.unused}
        onChange={(event) => set({ unused: event.currentTarget.value })}
        error={refused.unused_days ?? faults.unused}
        autoComplete="off"
      />
      <Textarea
        label="Who is told by mail"
        description="One e-mail address a line. They get what somebody should act on: keys that expire, have expired, are not used, were leaked, or are used from a new address."
        placeholder="ops@example.com"
        value={values.emails}
        onChange={(event) => set({ emails: event.currentTarget.value })}
        error={refused.notice_emails ?? faults.emails}
        autosize
        minRows={3}
        autoComplete="off"
        spellCheck={false}
      />
      {draft.hasEmails && <NoMailServer projectId={projectId} />}
    </SettingsForm>
  )
}

/** Where addresses alone are of no use. */
function NoMailServer({ projectId }: { readonly projectId: number }) {
  const scope = useScope()
  const { data } = useQuery(mailSettingsQuery(projectId))
  if (data === undefined || data.enabled) return null
  return (
    <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="This server sends no mails">
      It has no mail server to send by; see{' '}
      <Anchor component={Link} to={places.settings(scope, 'mail')} fz="inherit">
        Mail
      </Anchor>
      .
    </Alert>
  )
}
