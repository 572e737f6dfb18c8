import { useEffect, useRef } from 'react'
import { Link, useLocation } from 'react-router'
import type { FunctionName, Scope } from '../../../src/domain/names.ts'
import { type FunctionTab, places } from '../app/places.ts'
import classes from './function-tabs.module.css'

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

/** Which of the pages of a function is shown. */
export function useActiveTab(scope: Scope, name: FunctionName) {
  const { pathname } = useLocation()
  return TABS.findLast(({ id }) => pathname === places.fn(scope, name, id))
}

/** The pages of a function. They are links: each has an address and can be opened beside the others. */
export function FunctionTabs({
  scope,
  name,
}: {
  readonly scope: Scope
  readonly name: FunctionName
}) {
  const active = useActiveTab(scope, name)?.id
  const activeLink = useRef<HTMLAnchorElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another link for each page
  useEffect(() => {
    activeLink.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [active])
  return (
    <nav className={classes.tabs} aria-label="Pages of the function">
      {TABS.map(({ id, label }) => (
        <Link
          key={id}
          to={places.fn(scope, name, id)}
          className={classes.tab}
          {...(id === active && { 'aria-current': 'page' as const, ref: activeLink })}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
