import { Button, Center, Paper, PasswordInput, Stack, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { useDocumentTitle } from '../app/document-title.ts'
import { meQuery } from '../app/me.ts'
import { logIn } from '../app/session.ts'
import { ErrorNote } from '../ui/states.tsx'

/** Logs in with an API token. */
export function Component() {
  useDocumentTitle('Log in')
  const [token, setToken] = useState('')
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const from = (useLocation().state as { from?: string } | null)?.from ?? '/'
  const mutation = useMutation({
    mutationFn: () => logIn({ token }),
    onSuccess(me) {
      queryClient.setQueryData(meQuery.queryKey, me)
      navigate(from, { replace: true })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutation.mutate()
  }
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h3">
              Log in to Latchkey
            </Title>
            <PasswordInput
              label="API token"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              required
            />
            {mutation.isError && <ErrorNote error={mutation.error} />}
            <Button type="submit" loading={mutation.isPending}>
              Log in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
