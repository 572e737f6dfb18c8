import { Tabs } from '@mantine/core'
import { Outlet, useLocation, useNavigate } from 'react-router'
import { type FunctionTab, places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { Page } from '../ui/page.tsx'

const TABS: readonly { readonly id: FunctionTab; readonly label: string }[] = [
  { id: 'overview', label: 'Overview' },
  { id: 'code', label: 'Code' },
  { id: 'configuration', label: 'Configuration' },
  { id: 'keys', label: 'Keys' },
  { id: 'test', label: 'Test' },
  { id: 'logs', label: 'Logs' },
  { id: 'metrics', label: 'Metrics' },
  { id: 'versions', label: 'Versions' },
  { id: 'triggers', label: 'Triggers' },
  { id: 'calls', label: 'Calls' },
]

/** One function: its tabs are pages of their own, each with an address. */
export function Component() {
  const scope = useScope()
  const fn = useFunctionName()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const active = TABS.findLast(({ id }) => pathname === places.fn(scope, fn, id)) ?? TABS[0]!
  return (
    <Page title={fn.name}>
      <Tabs value={active.id} onChange={(id) => navigate(places.fn(scope, fn, id as FunctionTab))}>
        <Tabs.List>
          {TABS.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={active.id} pt="md">
          <Outlet />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
