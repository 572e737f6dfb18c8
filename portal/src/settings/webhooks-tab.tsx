import { Button, Group, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '../app/may.ts'
import { DataTable } from '../ui/data-table.tsx'
import { useListParams } from '../ui/list-params.ts'
import { rowsOf } from '../ui/list-rows.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { WEBHOOK_COLUMNS } from './webhook-columns.tsx'
import { type WebhookDialog, WebhookDialogs, webhookActions } from './webhook-dialogs.tsx'
import { webhooksQuery } from './webhook-queries.ts'
import { WebhookView } from './webhook-view.tsx'

/** Where events of the project are sent to; one of them when the address names it. */
export function WebhooksTab({ projectId }: { readonly projectId: number }) {
  const id = useListParams().get('webhook')
  const mayRead = useMay('editor')
  if (!mayRead) {
    return <NeedsRole least="editor">The URL of a webhook may hold secrets.</NeedsRole>
  }
  return id === '' ? (
    <WebhookList projectId={projectId} />
  ) : (
    <WebhookView key={id} projectId={projectId} id={id} />
  )
}

function WebhookList({ projectId }: { readonly projectId: number }) {
  const query = useQuery(webhooksQuery(projectId))
  const [dialog, setDialog] = useState<WebhookDialog>()
  const create = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: 'create' })}
    >
      Create webhook
    </Button>
  )
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <Text size="sm" c="dimmed" maw={640}>
          What happens to keys of this project is posted to each of these URLs, signed, and tried
          again for about three days until it is taken.
        </Text>
        {(query.data?.count ?? 0) > 0 && create}
      </Group>
      <DataTable
        label="Webhooks"
        columns={WEBHOOK_COLUMNS}
        {...rowsOf(query)}
        rowId={(row) => row.id}
        empty={
          <Empty title="There are no webhooks yet" action={create}>
            With one, a program of yours is told when a key expires, is leaked or is changed.
          </Empty>
        }
        rowActions={(webhook) => (
          <RowMenu
            label={`Actions for ${webhook.url}`}
            actions={webhookActions(webhook, setDialog)}
          />
        )}
      />
      <WebhookDialogs projectId={projectId} dialog={dialog} onClose={() => setDialog(undefined)} />
    </Stack>
  )
}
