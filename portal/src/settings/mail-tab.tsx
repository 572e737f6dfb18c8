import { Button, Code, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { isMailAddress } from '../../../src/domain/mail-address.ts'
import { api } from '../app/api.ts'
import { useMay } from '../app/may.ts'
import { useListParams } from '../ui/list-params.ts'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { mailSettingsQuery } from './mail-queries.ts'
import { TestResult } from './test-result.tsx'

const PAGE_SIZE = 20
const REFRESH_MS = 5_000

/** Whether mails are sent, a test of it, and what was sent. */
export function MailTab({ projectId }: { readonly projectId: number }) {
  const { data, error, refetch } = useQuery(mailSettingsQuery(projectId))
  const mayTest = useMay('editor')
  if (data === undefined) {
    return error === null ? <LoadingRows rows={3} /> : <ErrorNote error={error} onRetry={refetch} />
  }
  return (
    <Stack gap="xl">
      {data.enabled ? (
        <Text>
          Mails are sent from <Code>{data.from}</Code>, one for each event and address that Notices
          names.
        </Text>
      ) : (
        <Stack gap="xs" maw={640}>
          <Text fw={600}>This server sends no mails.</Text>
          <Text>
            Who runs it starts it with <Code>LATCHKEY_SMTP_URL</Code> and{' '}
            <Code>LATCHKEY_MAIL_FROM</Code> to change that. Notices stand in the bell, and webhooks
            are told of them, without it too.
          </Text>
        </Stack>
      )}
      {data.enabled && mayTest && <TestMail projectId={projectId} />}
      <Mails projectId={projectId} />
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
  const params = useListParams(PAGE_SIZE)
  const { data, error, refetch } = useQuery({
    queryKey: ['mails', projectId, params.offset],
    queryFn: () => api.mails.list(projectId, { limit: PAGE_SIZE, offset: params.offset }),
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
  })
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h4">
        Mails
      </Title>
      <DeliveryList
        label="Mails"
        data={data}
        error={error}
        onRetry={refetch}
        page={params.page}
        pageSize={PAGE_SIZE}
        onPage={(page) => params.set({ page })}
        withRecipient
      />
    </Stack>
  )
}
