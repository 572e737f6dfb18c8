import { Button, Group, MultiSelect, Switch } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type {
  NotificationTypeChoices,
  ReadNotificationsSerializer,
} from '../../../src/client/types.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { TableFooter } from '../ui/data-table-footer.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { Page } from '../ui/page.tsx'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import styles from './notification-item.module.css'
import { NotificationItem } from './notification-item.tsx'
import { bellQuery, notificationsQuery, useMarkRead } from './notification-queries.ts'

const TYPES: Readonly<Record<NotificationTypeChoices, string>> = {
  'key.expiring': 'Key expires soon',
  'key.expired': 'Key has expired',
  'key.unused': 'Key is not used',
  'key.new-address': 'Key used from a new address',
  'key.leaked': 'Key leaked',
  'key.created': 'Key created',
  'key.rotated': 'Key rotated',
  'key.disabled': 'Key disabled',
  'key.enabled': 'Key enabled',
  'key.deleted': 'Key deleted',
  'key.restored': 'Key brought back',
}

/** What operators of the project were told of. */
export function Component() {
  const scope = useScope()
  const params = useListParams()
  const { page, offset } = params
  const types = typesOf(params.get('type'))
  const isUnreadOnly = params.get('unread') === 'true'
  const { data, error, refetch } = useQuery({
    ...notificationsQuery({
      project_id: scope.projectId,
      limit: PAGE_SIZE,
      offset,
      ...(types.length > 0 && { type: types }),
      ...(isUnreadOnly && { unread: true }),
    }),
    placeholderData: keepPreviousData,
  })
  const markRead = useMarkRead()
  const bell = useQuery(bellQuery).data
  return (
    <Page
      title="Notifications"
      actions={
        <>
          <Button
            variant="default"
            disabled={bell === undefined || bell.unread === 0}
            onClick={() => markRead.mutate(allUntil(bell?.results[0]?.id, scope.projectId))}
          >
            Mark all as read
          </Button>
          <Button component={Link} to={places.settings(scope, 'notices')} variant="default">
            Settings
          </Button>
        </>
      }
    >
      <Group mb="md" align="flex-end">
        <MultiSelect
          label="Kind"
          placeholder={types.length === 0 ? 'All' : ''}
          data={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
          value={types}
          onChange={(chosen) => params.set({ type: chosen.join(',') })}
          clearable
          clearButtonProps={{ 'aria-label': 'Clear the kinds' }}
          w={{ base: '100%', sm: 360 }}
        />
        <Switch
          label="Unread only"
          checked={isUnreadOnly}
          onChange={({ currentTarget }) =>
            params.set({ unread: currentTarget.checked ? 'true' : undefined })
          }
          mb={8}
        />
      </Group>
      {markRead.isError && <ErrorNote error={markRead.error} />}
      {error !== null && <ErrorNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && <LoadingRows />}
      {data?.results.length === 0 && (
        <Empty title={isUnreadOnly ? 'Everything is read' : 'There is nothing to tell'}>
          Notices come here before a key expires, when it has expired or is not used, and when keys
          change.
        </Empty>
      )}
      {data !== undefined && data.results.length > 0 && (
        <>
          <ul className={styles.list} aria-label="Notifications">
            {data.results.map((notification) => (
              <li key={notification.id}>
                <NotificationItem
                  notification={notification}
                  onRead={(id) => markRead.mutate({ ids: [id] })}
                />
              </li>
            ))}
          </ul>
          <TableFooter
            label="Notifications"
            shown={data.results.length}
            total={data.count}
            page={page}
            pageSize={PAGE_SIZE}
            onPage={(next) => params.set({ page: next })}
          />
        </>
      )}
    </Page>
  )
}

/** What comes while the page is read stays unread. */
function allUntil(newestId: number | undefined, projectId: number): ReadNotificationsSerializer {
  return {
    all: true,
    project_id: projectId,
    ...(newestId !== undefined && { until: newestId }),
  }
}

function typesOf(text: string): NotificationTypeChoices[] {
  return text.split(',').filter((type): type is NotificationTypeChoices => type in TYPES)
}
