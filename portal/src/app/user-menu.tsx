import { ActionIcon, Menu, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconLogout, IconUserCircle } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useMe } from './me.ts'
import { places } from './places.ts'
import { SchemeItems } from './scheme-menu.tsx'

/** Who is logged in, and out. */
export function UserMenu() {
  const me = useMe()
  // The header has no room for their own menu.
  const isNarrow = useMediaQuery('(max-width: 47.99em)')
  return (
    <Menu position="bottom-end" withinPortal width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`You: ${me.name}`}>
          <IconUserCircle size={22} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="You">
        <Text size="xs" c="dimmed" px="sm" pt={4}>
          {me.kind === 'token' ? 'Logged in with the API token' : 'Logged in as'}
        </Text>
        <Text size="sm" fw={600} px="sm" pb={6} style={{ overflowWrap: 'anywhere' }}>
          {me.name}
        </Text>
        <Menu.Item
          component={Link}
          to={places.account()}
          leftSection={<IconUserCircle size={16} aria-hidden />}
        >
          Account
        </Menu.Item>
        {isNarrow && (
          <>
            <Menu.Divider />
            <SchemeItems />
          </>
        )}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          to={places.signOut()}
          state={{ isAsked: true }}
          leftSection={<IconLogout size={16} aria-hidden />}
        >
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
