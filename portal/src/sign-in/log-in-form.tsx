import { Button, SegmentedControl, Stack } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../../../src/client/errors.ts'
import type { LogInSerializer, MeSerializer } from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { meQuery } from '../app/me.ts'
import { tellLogIn } from '../app/session-state.ts'
import { ErrorNote, messageOf } from '../ui/states.tsx'
import { PasswordFields, SecretInput } from './log-in-fields.tsx'

type By = 'password' | 'token'

export interface LogInFormProps {
  /** Who is asked for, where that is known; empty else. */
  readonly email?: string
  readonly by?: By
  readonly onDone: (me: MeSerializer) => void
}

/** With e-mail address and password, or with an API token. */
export function LogInForm({ email: known = '', by: asked, onDone }: LogInFormProps) {
  const [chosen, setChosen] = useLocalStorage<By>({
    key: 'latchkey-log-in',
    // What the first start prints is all that there is at first.
    defaultValue: 'token',
    getInitialValueInEffect: false,
  })
  const [by, setBy] = useState<By>(asked ?? chosen)
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const [token, setToken] = useState('')
  const queryClient = useQueryClient()
  const mutation = useMutation({
    mutationFn: (body: LogInSerializer) => api.sessions.logIn(body),
    onSuccess(me) {
      tellLogIn(me)
      queryClient.setQueryData(meQuery.queryKey, me)
      onDone(me)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutation.mutate(by === 'token' ? { token: token.trim() } : { email: email.trim(), password })
  }
  const faults = mutation.error instanceof ApiError ? mutation.error.fields : []
  const fault = (field: string) => faults.find((one) => one.field === field)?.message
  return (
    <form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          aria-label="Log in with"
          value={by}
          onChange={(value) => {
            setBy(value as By)
            setChosen(value as By)
            mutation.reset()
          }}
          data={[
            { value: 'password', label: 'E-mail and password' },
            { value: 'token', label: 'API token' },
          ]}
          fullWidth
        />
        {by === 'password' ? (
          <PasswordFields
            email={email}
            password={password}
            isKnown={known !== ''}
            fault={fault}
            onEmail={setEmail}
            onPassword={setPassword}
          />
        ) : (
          <SecretInput
            label="API token"
            description="As the first start printed it, or as it was made: 1$…"
            name="token"
            autoComplete="off"
            value={token}
            onChange={setToken}
            error={fault('token')}
            data-autofocus
            toggleLabel="Show the token"
          />
        )}
        {mutation.isError && <ErrorNote error={mutation.error} title={messageOf(mutation.error)} />}
        <Button type="submit" loading={mutation.isPending}>
          Log in
        </Button>
      </Stack>
    </form>
  )
}
