import { ActionIcon, Anchor, Button, Group, Text, Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconInfoCircle,
  type IconProps,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import { Link } from 'react-router'
import type { NotificationSerializer, NotificationTypeChoices } from '../../../src/client/types.ts'
import { useMayOn } from '../app/may.ts'
import { places } from '../app/places.ts'
import { scopesQuery } from '../app/scopes.ts'
import { RelativeTime } from '../ui/time-text.tsx'
import styles from './notification-item.module.css'

type Look = readonly [icon: ComponentType<IconProps>, color: string]

const INFO: Look = [IconInfoCircle, 'var(--mantine-color-dimmed)']
const WARNING: Look = [
  IconClock,
  'light-dark(var(--mantine-color-orange-9), var(--mantine-color-yellow-4))',
]
const ALARM: Look = [IconAlertTriangle, 'var(--mantine-color-error)']

const LOOKS: Readonly<Partial<Record<NotificationTypeChoices, Look>>> = {
  'key.expiring': WARNING,
  'key.unused': WARNING,
  'key.expired': ALARM,
  'key.leaked': ALARM,
  'key.new-address': ALARM,
}

export interface NotificationItemProps {
  readonly notification: NotificationSerializer
  readonly onRead: (id: number) => void
  /** A link was followed: what shows the item may close. */
  readonly onFollow?: () => void
}

/** One notification: what happened, when, and what can be done about it. */
export function NotificationItem({ notification, onRead, onFollow }: NotificationItemProps) {
  const { id, title, created_at, read, key_name: name, type } = notification
  const scope = { projectId: notification.project_id, regionId: notification.region_id }
  const projects = useQuery(scopesQuery).data?.projects ?? []
  const mayRenew = useMayOn()('editor', notification.project_id)
  const isRenewable = type === 'key.expiring' || type === 'key.expired'
  const [Icon, color] = LOOKS[type] ?? INFO
  const follow = () => {
    if (!read) onRead(id)
    onFollow?.()
  }
  return (
    <div className={styles.item} data-unread={!read || undefined}>
      <Icon size={18} aria-hidden style={{ color, flexShrink: 0, marginTop: 2 }} />
      <div className={styles.text}>
        <Anchor
          component={Link}
          to={isGone(type) ? places.deletedKeys(scope) : places.key(scope, name)}
          c="var(--mantine-color-text)"
          size="sm"
          fw={read ? 400 : 600}
          onClick={follow}
        >
          {title}
        </Anchor>
        <Text size="xs" c="dimmed">
          {read ? '' : 'Unread · '}
          <RelativeTime time={created_at} />
          {projects.length > 1 && ` · ${projects.find((one) => one.id === scope.projectId)?.name}`}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        {isRenewable && mayRenew && (
          <Button
            component={Link}
            to={places.editKey(scope, name, 'expiration')}
            size="compact-sm"
            variant="light"
            aria-label={`Renew ${name}`}
            onClick={follow}
          >
            Renew
          </Button>
        )}
        {!read && (
          <Tooltip label="Mark as read">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Mark as read: ${title}`}
              onClick={() => onRead(id)}
            >
              <IconCheck size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </div>
  )
}

function isGone(type: NotificationTypeChoices): boolean {
  return type === 'key.deleted' || type === 'key.leaked'
}
