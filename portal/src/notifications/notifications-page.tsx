import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { NotificationListSerializer } from '../../../src/client/types.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { TableFooter } from '../ui/data-table-footer.tsx'
import { PAGE_SIZE, useListParams } from '../ui/list-params.ts'
import { Page } from '../ui/page.tsx'
import { Empty, ErrorNote, LoadingRows } from '../ui/states.tsx'
import styles from './notification-item.module.css'
import { NotificationItem } from './notification-item.tsx'
import { bellQuery, notificationsQuery, useMarked, useMarkRead } from './notification-queries.ts'
import { filtersOf, NotificationsFilters } from './notifications-filters.tsx'

/** What operators of the project were told of. */
export function Component() {
  const { projectId } = useScope()
  const params = useListParams()
  const { types, isUnreadOnly } = filtersOf(params)
  const {
    data: fetched,
    error,
    refetch,
  } = useQuery({
    ...notificationsQuery({
      project_id: projectId,
      limit: PAGE_SIZE,
      offset: params.offset,
      ...(types.length > 0 && { type: types }),
      ...(isUnreadOnly && { unread: true }),
    }),
    placeholderData: keepPreviousData,
  })
  const data = useMarked(fetched)
  return (
    <Page title="Notifications" actions={<Actions />}>
      <NotificationsFilters params={params} />
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
          <Items data={data} />
          <TableFooter
            label="Notifications"
            shown={data.results.length}
            total={data.count}
            page={params.page}
            pageSize={PAGE_SIZE}
            onPage={(next) => params.set({ page: next })}
          />
        </>
      )}
    </Page>
  )
}

function Items({ data }: { readonly data: NotificationListSerializer }) {
  const markRead = useMarkRead()
  const unread = useUnread()
  return (
    <ul className={styles.list} aria-label="Notifications">
      {data.results.map((notification) => (
        <li key={notification.id}>
          <NotificationItem
            notification={notification}
            onRead={(id) => markRead({ body: { ids: [id] }, unread: unread - 1 })}
          />
        </li>
      ))}
    </ul>
  )
}

function Actions() {
  const scope = useScope()
  const { projectId } = scope
  const markRead = useMarkRead()
  const unread = useUnread()
  // Of the project, whatever the list is narrowed to.
  const { data } = useQuery(notificationsQuery({ project_id: projectId, limit: 1 }))
  const newest = data?.results[0]
  const markAll = () => {
    if (data === undefined || newest === undefined) return
    // What comes while the page is read stays unread.
    const body = { all: true, project_id: projectId, until: newest.id }
    markRead({ body, unread: unread - data.unread })
  }
  return (
    <>
      <Button
        variant="default"
        disabled={newest === undefined || data?.unread === 0}
        onClick={markAll}
      >
        Mark all as read
      </Button>
      <Button component={Link} to={places.settings(scope, 'notices')} variant="default">
        Settings
      </Button>
    </>
  )
}

/** What the bell counts. */
function useUnread(): number {
  return useMarked(useQuery(bellQuery).data)?.unread ?? 0
}
