import { List, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMe } from '../app/me.ts'
import { useProjectNames } from '../operators/project-names.ts'
import { ROLE_NAMES, ROLE_WORDS } from '../operators/role-words.ts'
import { KeyValue } from '../ui/key-value.tsx'
import { Section } from '../ui/section.tsx'
import { TimeText } from '../ui/time-text.tsx'

export function WhoIAm() {
  const me = useMe()
  const roles = <Roles />
  const expires = <TimeText time={me.expire} never="Never" />
  const known: [string, ReactNode][] =
    me.kind === 'token'
      ? [
          ['Logged in with', 'an API token'],
          ['API token', me.name],
          ['Belongs to', me.email],
          ['Expires', expires],
        ]
      : [
          ['Logged in with', 'e-mail and password'],
          ['E-mail', me.name],
        ]
  return (
    <Section title="Who you are">
      <KeyValue items={[...known, ['Roles', roles]]} />
    </Section>
  )
}

function Roles() {
  const { roles } = useMe()
  const nameOf = useProjectNames()
  if (roles.length === 0) return <>None yet: ask an owner for one.</>
  return (
    <List listStyleType="none" spacing={4}>
      {roles.map(({ project_id, role }) => (
        <List.Item key={project_id ?? 'all'}>
          {ROLE_NAMES[role]} on {project_id === null ? 'all projects' : nameOf(project_id)}
          <Text size="sm" c="dimmed">
            {ROLE_WORDS[role]}
          </Text>
        </List.Item>
      ))}
    </List>
  )
}
