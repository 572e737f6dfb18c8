import { Stack } from '@mantine/core'
import { useMe } from '../app/me.ts'
import { Page } from '../ui/page.tsx'
import { ChangePassword } from './change-password.tsx'
import { Preferences } from './preferences.tsx'
import { Sessions } from './sessions.tsx'
import { WhoIAm } from './who-i-am.tsx'

/** Who is logged in, where, and how the portal looks for them. */
export function Component() {
  const { kind } = useMe()
  return (
    <Page title="Account">
      <Stack gap="xl">
        <WhoIAm />
        {kind === 'user' && <ChangePassword />}
        <Sessions />
        <Preferences />
      </Stack>
    </Page>
  )
}
