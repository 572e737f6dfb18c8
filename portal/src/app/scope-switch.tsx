import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from 'react-router'
import { rememberScope, useCurrentScope } from './current-scope.ts'
import { pathIn, scopeOf } from './scope-paths.ts'
import { scopesQuery } from './scopes.ts'

/** Which project and region the pages are of; absent where there is nothing to choose. */
export function ScopeSwitch() {
  const { data } = useQuery(scopesQuery)
  const scope = useCurrentScope()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  if (data === undefined || (data.projects.length < 2 && data.regions.length < 2)) return null
  const change = (part: { projectId: number } | { regionId: number }) => {
    const next = { ...scope, ...part }
    if (scopeOf(pathname) === undefined) rememberScope(next)
    else navigate(pathIn(next, pathname))
  }
  return (
    <>
      {data.projects.length > 1 && (
        <Choice
          what="Project"
          options={data.projects.map(({ id, name }) => ({ id, name }))}
          value={scope.projectId}
          onChange={(projectId) => change({ projectId })}
        />
      )}
      {data.regions.length > 1 && (
        <Choice
          what="Region"
          options={data.regions.map(({ id, display_name: name }) => ({ id, name }))}
          value={scope.regionId}
          onChange={(regionId) => change({ regionId })}
        />
      )}
    </>
  )
}

interface ChoiceProps {
  readonly what: string
  readonly options: readonly { readonly id: number; readonly name: string }[]
  readonly value: number
  readonly onChange: (id: number) => void
}

function Choice({ what, options, value, onChange }: ChoiceProps) {
  const name = options.find(({ id }) => id === value)?.name ?? '—'
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          maw={{ base: 120, sm: 220 }}
          aria-label={`${what}: ${name}`}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={what} mah="60vh" style={{ overflowY: 'auto' }}>
        {options.map(({ id, name }) => (
          <Menu.RadioItem
            key={id}
            value={String(id)}
            checked={id === value}
            onChange={() => onChange(id)}
            closeMenuOnClick
          >
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
