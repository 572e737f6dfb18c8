import { Center, Group, Paper, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Navigate, useLocation } from 'react-router'
import { useDocumentTitle } from '../app/document-title.ts'
import { meQuery } from '../app/me.ts'
import { LogInForm } from './log-in-form.tsx'

/** Who is logged in already, or has just become so, goes where one wanted to. */
export function Component() {
  useDocumentTitle('Log in')
  const { data: me } = useQuery(meQuery)
  const from = (useLocation().state as { from?: string } | null)?.from ?? '/'
  if (me !== undefined) return <Navigate to={from} replace />
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p={{ base: 'md', xs: 'xl' }} w="100%" maw={420}>
        <Group gap="xs" mb="lg">
          <IconKey size={26} aria-hidden />
          <Title order={1} size="h3">
            Log in to Latchkey
          </Title>
        </Group>
        <LogInForm onDone={() => undefined} />
      </Paper>
    </Center>
  )
}
