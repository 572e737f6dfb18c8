import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { passwordFault } from '../../../src/domain/user.ts'
import { api } from '../app/api.ts'
import { useMe } from '../app/me.ts'
import { Section } from '../ui/section.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote } from '../ui/states.tsx'

const NOTHING = { before: '', after: '', again: '' }

/** Ends all other sessions when it is done. */
export function ChangePassword() {
  const me = useMe()
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState(NOTHING)
  const [isChanged, setChanged] = useState(false)
  const mutation = useMutation({
    mutationFn: ({ before, after }: typeof NOTHING) =>
      api.me.changePassword({ old_password: before, new_password: after }),
    onSuccess: () => {
      setTyped(NOTHING)
      setChanged(true)
      // The passwords that were sent stay nowhere in the page.
      mutation.reset()
      void queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  const { before, after, again } = typed
  const fault = after === '' ? undefined : passwordFault(after, me.email ?? me.name)
  const isOther = again !== '' && again !== after
  const { placed: refused, rest } = serverErrors(mutation.error, ['old_password', 'new_password'])
  const isReady = before !== '' && after !== '' && fault === undefined && again === after
  const type = (field: keyof typeof NOTHING) => ({
    value: typed[field],
    onChange: (event: { currentTarget: { value: string } }) => {
      if (!mutation.isPending) mutation.reset()
      setChanged(false)
      setTyped({ ...typed, [field]: event.currentTarget.value })
    },
    required: true,
    withAsterisk: false,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady && !mutation.isPending) mutation.mutate(typed)
  }
  return (
    <Section title="Password">
      <form onSubmit={submit}>
        <Stack maw={420}>
          {/* Tells password managers whose it is. */}
          <input type="text" autoComplete="username" value={me.name} readOnly hidden />
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            error={refused.old_password}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the present password' }}
            {...type('before')}
          />
          <PasswordInput
            label="New password"
            description="12 to 256 characters, and not your e-mail address. Anything else goes."
            autoComplete="new-password"
            error={refused.new_password ?? (fault && `It ${fault}.`)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the new password' }}
            {...type('after')}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            error={isOther && 'This is not what stands above.'}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the repeated password' }}
            {...type('again')}
          />
          {rest !== null && <ErrorNote error={rest} />}
          <Group>
            <Button type="submit" disabled={!isReady} loading={mutation.isPending}>
              Change password
            </Button>
            <Text size="sm" c="dimmed" aria-live="polite">
              {isChanged
                ? 'Your password is changed, and all other sessions have ended.'
                : 'All other sessions end with it.'}
            </Text>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
