import { Anchor, Paper } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { type FunctionTab, places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'

export function OverviewCard({ children }: { readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" miw={0}>
      {children}
    </Paper>
  )
}

/** To another tab of the function. */
export function TabLink({
  tab,
  search = '',
  children,
}: {
  readonly tab: FunctionTab
  /** `?request_id=…` */
  readonly search?: string
  readonly children: ReactNode
}) {
  const scope = useScope()
  const name = useFunctionName()
  return (
    <Anchor
      component={Link}
      to={places.fn(scope, name, tab) + search}
      fz="inherit"
      underline="always"
    >
      {children}
    </Anchor>
  )
}
