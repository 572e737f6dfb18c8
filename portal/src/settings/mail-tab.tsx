import { Button, Code, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { isMailAddress } from '../../../src/domain/mail-address.ts'
import { api } from '../app/api.ts'
import { useMay } from '../app/may.ts'
import { useListParams } from '../ui/list-params.ts'
import { Loaded } from '../ui/loaded.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { DELIVERIES_PAGE_SIZE, DeliveryList } from './delivery-list.tsx'
import { mailSettingsQuery } from './mail-queries.ts'
import { TestResult } from './test-result.tsx'

const REFRESH_MS = 5_000

/** Whether mails are sent, a test of it, and what was sent. */
export function MailTab({ projectId }: { readonly projectId: number }) {
  const mayTest = useMay('editor')
  return (
    <Loaded query={useQuery(mailSettingsQuery(projectId))} rows={3}>
      {({ enabled, from }) => (
        <Stack gap="xl">
          {enabled ? (
            <Text>
              Mails are sent from <Code>{from}</Code>, one for each event and address that Notices
              names.
            </Text>
          ) : (
            <NoMails />
          )}
          {enabled && mayTest && <TestMail projectId={projectId} />}
          <Mails projectId={projectId} />
        </Stack>
      )}
    </Loaded>
  )
}

function NoMails() {
  return (
    <Stack gap="xs" maw={640}>
      <Text fw={600}>This server sends no mails.</Text>
      <Text>
        Who runs it starts it with <Code>LATCHKEY_SMTP_URL</Code> and{' '}
        <Code>LATCHKEY_MAIL_FROM</Code> to change that. Notices stand in the bell, and webhooks are
        told of them, without it too.
      </Text>
    </Stack>
  )
}

function TestMail({ projectId }: { readonly projectId: number }) {
  const queryClient = useQueryClient()
  const [to, setTo] = useState('')
  const mutation = useMutation({
    mutationFn: () => api.mails.test(projectId, to.trim()),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['mails', projectId] }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isMailAddress(to.trim())) mutation.mutate()
  }
  const { placed, rest } = serverErrors(mutation.error, ['to'])
  return (
    <Stack component="section" gap="sm" maw={640}>
      <Title order={2} size="h4">
        Send a test
      </Title>
      <form onSubmit={submit} noValidate>
        <Group align="end" gap="xs">
          <TextInput
            label="E-mail address"
            type="email"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            error={placed.to}
            placeholder="ops@example.com"
            style={{ flex: 1 }}
          />
          <Button type="submit" loading={mutation.isPending} disabled={!isMailAddress(to.trim())}>
            Send test mail
          </Button>
        </Group>
      </form>
      <TestResult delivery={mutation.data} error={rest} />
    </Stack>
  )
}

function Mails({ projectId }: { readonly projectId: number }) {
  const params = useListParams(DELIVERIES_PAGE_SIZE)
  const query = useQuery({
    queryKey: ['mails', projectId, params.offset],
    queryFn: () =>
      api.mails.list(projectId, { limit: DELIVERIES_PAGE_SIZE, offset: params.offset }),
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
  })
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h4">
        Mails
      </Title>
      <DeliveryList label="Mails" query={query} params={params} withRecipient />
    </Stack>
  )
}
