import { Anchor, Button, Group, ScrollArea, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useCurrentScope } from '../app/current-scope.ts'
import { places } from '../app/places.ts'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import styles from './notification-item.module.css'
import { NotificationItem } from './notification-item.tsx'
import { bellQuery, useMarked, useMarkRead } from './notification-queries.ts'

/** What opens at the bell. */
export default function BellContent({ onClose }: { readonly onClose: () => void }) {
  const { data: fetched, error, refetch } = useQuery(bellQuery)
  const data = useMarked(fetched)
  const scope = useCurrentScope()
  const markRead = useMarkRead()
  const newest = data?.results[0]
  return (
    <>
      <Group justify="space-between" p="xs">
        <Title order={2} size="h5">
          Notifications
        </Title>
        <Button
          variant="subtle"
          size="compact-sm"
          disabled={data === undefined || data.unread === 0}
          onClick={() => newest && markRead({ body: { all: true, until: newest.id }, unread: 0 })}
        >
          Mark all as read
        </Button>
      </Group>
      {error !== null && <ErrorNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && <LoadingRows rows={3} />}
      {data?.results.length === 0 && (
        <Text c="dimmed" size="sm" p="md">
          There is nothing to tell yet. Notices come here before a key expires, and when keys
          change.
        </Text>
      )}
      <ScrollArea.Autosize mah="min(60vh, 480px)">
        <ul className={styles.list}>
          {data?.results.map((notification) => (
            <li key={notification.id}>
              <NotificationItem
                notification={notification}
                onRead={(id) => markRead({ body: { ids: [id] }, unread: data.unread - 1 })}
                onFollow={onClose}
              />
            </li>
          ))}
        </ul>
      </ScrollArea.Autosize>
      <Group justify="space-between" p="xs">
        <Anchor component={Link} to={places.notifications(scope)} size="sm" onClick={onClose}>
          All notifications
        </Anchor>
        <Anchor component={Link} to={places.settings(scope, 'notices')} size="sm" onClick={onClose}>
          Settings
        </Anchor>
      </Group>
    </>
  )
}
