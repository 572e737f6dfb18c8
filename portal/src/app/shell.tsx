import { AppShell, Center, ScrollArea, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useEffect } from 'react'
import { Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { Header } from './header.tsx'
import { LoadingFrame } from './loading-frame.tsx'
import { isLoggedOut, meQuery } from './me.ts'
import { Menu } from './menu.tsx'
import { PageProgress } from './page-progress.tsx'
import { PaletteGate } from './palette-gate.tsx'
import { places } from './places.ts'
import { SessionGate } from './session-gate.tsx'
import { noteOperator } from './session-state.ts'
import styles from './shell.module.css'
import { useFocusKept } from './use-focus-kept.ts'
import { useRouteFocus } from './use-route-focus.ts'

/** Around every page. Until somebody is logged in there is none. */
export function Shell() {
  const { data: me, error, refetch } = useQuery(meQuery)
  const { pathname, search, hash } = useLocation()
  useEffect(() => {
    if (me !== undefined) noteOperator(me)
  }, [me])
  // A later refusal keeps the page: the gate asks to log in over it.
  if (me !== undefined) return <Frame />
  if (error === null) return <LoadingFrame />
  if (!isLoggedOut(error)) {
    return (
      <Center component="main" mih="100vh" p="md">
        <ErrorNote error={error} onRetry={refetch} />
      </Center>
    )
  }
  return <Navigate to={places.signIn()} state={{ from: pathname + search + hash }} replace />
}

function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure(false)
  const said = useRouteFocus()
  useFocusKept()
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a href="#main" className={styles.skip}>
        Skip to the content
      </a>
      <PageProgress />
      <AppShell.Header>
        <Header isMenuOpen={isOpen} onMenu={toggle} />
      </AppShell.Header>
      <AppShell.Navbar
        id="menu"
        p="sm"
        aria-label="Pages"
        className={styles.navbar ?? ''}
        data-closed={!isOpen || undefined}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isOpen) return
          close()
          document.querySelector<HTMLElement>('[aria-controls=menu]')?.focus()
        }}
      >
        <ScrollArea>
          <Menu onLeave={close} />
        </ScrollArea>
      </AppShell.Navbar>
      {/* Where it is narrow the menu covers the page: it must not hide what the keyboard is at. */}
      <AppShell.Main id="main" tabIndex={-1} className={styles.main ?? ''} onFocus={close}>
        <Suspense fallback={<LoadingRows />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <VisuallyHidden aria-live="polite">{said}</VisuallyHidden>
      <ScrollRestoration />
      <PaletteGate />
      <SessionGate />
    </AppShell>
  )
}
