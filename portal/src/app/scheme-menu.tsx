import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const

/** Light, dark, or as the system has it. */
export function SchemeMenu() {
  const { colorScheme } = useMantineColorScheme()
  const { icon: Icon, label } = SCHEMES.find(({ value }) => value === colorScheme) ?? SCHEMES[2]
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Colours: ${label}`}
          visibleFrom="sm"
        >
          <Icon size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="Colours">
        <SchemeItems />
      </Menu.Dropdown>
    </Menu>
  )
}

/** Of a menu. */
export function SchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return SCHEMES.map(({ value, label }) => (
    <Menu.RadioItem
      key={value}
      value={value}
      checked={colorScheme === value}
      onChange={() => setColorScheme(value)}
      closeMenuOnClick
    >
      {label}
    </Menu.RadioItem>
  ))
}
