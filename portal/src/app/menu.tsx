import type { ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { useCurrentScope } from './current-scope.ts'
import { meets } from './may.ts'
import { useMe } from './me.ts'
import styles from './menu.module.css'
import { currentItem, visibleNavigation } from './navigation.ts'

/** The pages that who is logged in may open. */
export function Menu({ onLeave }: { readonly onLeave: () => void }) {
  const scope = useCurrentScope()
  const { pathname } = useLocation()
  const me = useMe()
  const entries = visibleNavigation((needs) => meets(me, needs, scope.projectId))
  const current = currentItem(entries, scope, pathname)
  return (
    <ul className={styles.list}>
      {entries.map((entry) => (
        <li key={entry.label}>
          <Entry
            to={entry.place(scope)}
            isCurrent={entry === current}
            isAround={entry.children?.some((child) => child === current) ?? false}
            onLeave={onLeave}
          >
            <entry.icon size={18} aria-hidden />
            {entry.label}
          </Entry>
          {entry.children !== undefined && (
            <ul className={styles.list}>
              {entry.children.map((child) => (
                <li key={child.label} className={styles.child}>
                  <Entry to={child.place(scope)} isCurrent={child === current} onLeave={onLeave}>
                    {child.label}
                  </Entry>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  )
}

interface EntryProps {
  readonly to: string
  readonly isCurrent: boolean
  /** The current page is one of those below it. */
  readonly isAround?: boolean
  readonly onLeave: () => void
  readonly children: ReactNode
}

function Entry({ to, isCurrent, isAround = false, onLeave, children }: EntryProps) {
  return (
    <Link
      to={to}
      className={styles.link}
      onClick={onLeave}
      data-around={isAround || undefined}
      aria-current={isCurrent ? 'page' : undefined}
    >
      {children}
    </Link>
  )
}
