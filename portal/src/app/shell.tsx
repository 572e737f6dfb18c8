import { AppShell, Burger, Group, NavLink, ScrollArea, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Link, Navigate, Outlet, useLocation, useParams } from 'react-router'
import { LoadingRows } from '../ui/states.tsx'
import { meQuery } from './me.ts'
import { NAVIGATION } from './navigation.ts'
import { places } from './places.ts'

/** Around every page: the menu, the bell, who is logged in. */
export function Shell() {
  const me = useQuery(meQuery)
  const { pathname, search } = useLocation()
  const { projectId = '1', regionId = '1' } = useParams()
  const [isOpen, { toggle, close }] = useDisclosure(false)
  if (me.isPending) return null
  if (me.isError)
    return <Navigate to={places.signIn()} state={{ from: pathname + search }} replace />
  const scope = { projectId: Number(projectId), regionId: Number(regionId) }
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md">
          <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
          <Text fw={700}>Latchkey</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Pages">
        <ScrollArea>
          {NAVIGATION.map(({ label, icon: Icon, place, children }) => (
            <NavLink
              key={label}
              label={label}
              leftSection={<Icon size={18} aria-hidden />}
              component={Link}
              to={place(scope)}
              active={pathname.startsWith(place(scope))}
              opened={children !== undefined}
              onClick={close}
            >
              {children?.map((child) => (
                <NavLink
                  key={child.label}
                  label={child.label}
                  component={Link}
                  to={child.place(scope)}
                  active={pathname.startsWith(child.place(scope))}
                  onClick={close}
                />
              ))}
            </NavLink>
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main>
        <Suspense fallback={<LoadingRows />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  )
}
