import { Alert, Anchor, Textarea, TextInput } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { KeySettingsSerializer } from '../../../src/client/types.ts'
import { isMailAddress } from '../../../src/domain/mail-address.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { isWhole } from './key-rules-tab.tsx'
import { keySettingsQuery, useSaveKeySettings } from './key-settings.ts'
import { mailSettingsQuery } from './mail-queries.ts'
import { SettingsForm, useTyped } from './settings-form.tsx'

const DAYS_MAX = 3650
const NOTICES_MAX = 20
const ADDRESSES_MAX = 50
const FIELDS = ['notice_days', 'unused_days', 'notice_emails']

/** When operators are told of keys, and who is told by mail. */
export function NoticesTab({ projectId }: { readonly projectId: number }) {
  const { data, error, refetch } = useQuery(keySettingsQuery(projectId))
  if (data !== undefined) return <Form projectId={projectId} settings={data} />
  return error === null ? <LoadingRows rows={4} /> : <ErrorNote error={error} onRetry={refetch} />
}

function Form({
  projectId,
  settings,
}: {
  readonly projectId: number
  readonly settings: KeySettingsSerializer
}) {
  const save = useSaveKeySettings(projectId)
  const { values, isDirty, set, reset } = useTyped({
    days: settings.notice_days.join(', '),
    unused: String(settings.unused_days),
    emails: settings.notice_emails.join('\n'),
  })
  const days = partsOf(values.days).map(Number)
  const emails = partsOf(values.emails)
  const unused = values.unused.trim() === '' ? Number.NaN : Number(values.unused)
  const faults = {
    days: daysFault(days),
    unused: isWhole(unused, 0, DAYS_MAX) ? undefined : `A whole number from 0 to ${DAYS_MAX}.`,
    emails: emailsFault(emails),
  }
  const { placed: refused, rest } = serverErrors(save.error, FIELDS)
  return (
    <SettingsForm
      isDirty={isDirty}
      isValid={Object.values(faults).every((fault) => fault === undefined)}
      isPending={save.isPending}
      isSaved={save.isSuccess}
      error={rest}
      onSave={() =>
        save.mutate(
          { notice_days: days, unused_days: unused, notice_emails: emails },
          // The server may order them otherwise than they were typed.
          { onSuccess: reset },
        )
      }
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
      {emails.length > 0 && <NoMailServer projectId={projectId} />}
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

function partsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '')
}

function daysFault(days: readonly number[]): string | undefined {
  if (days.length > NOTICES_MAX) return `At most ${NOTICES_MAX} of them.`
  if (days.every((day) => isWhole(day, 1, DAYS_MAX))) return undefined
  return `Whole numbers from 1 to ${DAYS_MAX}, with commas between them.`
}

function emailsFault(emails: readonly string[]): string | undefined {
  if (emails.length > ADDRESSES_MAX) return `At most ${ADDRESSES_MAX} addresses.`
  const wrong = emails.find((email) => !isMailAddress(email))
  return wrong === undefined ? undefined : `${wrong} is no e-mail address.`
}
