import { ActionIcon, Burger, Button, Group, Kbd } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Bell } from '../notifications/bell.tsx'
import { Brand } from './brand.tsx'
import { openPalette, PALETTE_KEYS } from './palette-state.ts'
import { SchemeMenu } from './scheme-menu.tsx'
import { ScopeSwitch } from './scope-switch.tsx'
import { UserMenu } from './user-menu.tsx'

export interface HeaderProps {
  readonly isMenuOpen: boolean
  readonly onMenu: () => void
}

export function Header({ isMenuOpen, onMenu }: HeaderProps) {
  return (
    <Group h="100%" px={{ base: 'xs', sm: 'md' }} justify="space-between" wrap="nowrap" gap="xs">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <Burger
          opened={isMenuOpen}
          onClick={onMenu}
          hiddenFrom="sm"
          size="sm"
          aria-label="Menu"
          aria-expanded={isMenuOpen}
          aria-controls="menu"
        />
        <Brand />
        <ScopeSwitch />
      </Group>
      <Group gap={4} wrap="nowrap">
        <Button
          variant="default"
          size="xs"
          visibleFrom="sm"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={<Kbd size="xs">{PALETTE_KEYS}</Kbd>}
          onClick={openPalette}
          aria-keyshortcuts="Control+K Meta+K"
        >
          Search
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Search"
          hiddenFrom="sm"
          onClick={openPalette}
        >
          <IconSearch size={20} aria-hidden />
        </ActionIcon>
        <Bell />
        <SchemeMenu />
        <UserMenu />
      </Group>
    </Group>
  )
}
