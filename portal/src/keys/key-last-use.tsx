import { Alert, Text } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { TimeText, useNowMs } from '../ui/time-text.tsx'
import { relativeTime } from '../ui/times.ts'
import { isWithinDay } from './key-time.ts'

type Used = Pick<FaasApiKeySerializer, 'last_used_at' | 'last_used_function' | 'last_used_address'>

/** When, for what and from where the key was last used. */
export function LastUse({ used }: { readonly used: Used }) {
  if (used.last_used_at === null) return <>It was never used.</>
  return (
    <>
      It was last used <When time={used.last_used_at} />
      {whereText(used)}.
    </>
  )
}

/** The same beside its name. */
export function LastUseFact({ used }: { readonly used: Used }) {
  if (used.last_used_at === null) return <>Never</>
  return (
    <>
      <When time={used.last_used_at} />
      {whereText(used)}
    </>
  )
}

function When({ time }: { readonly time: string }) {
  return (
    <>
      {relativeTime(time, useNowMs())} (<TimeText time={time} />)
    </>
  )
}

/** The same before the key is taken away: one that was used today is likely to be missed. */
export function LastUseWarning({ used }: { readonly used: Used }) {
  if (used.last_used_at === null || !isWithinDay(used.last_used_at)) {
    return (
      <Text>
        <LastUse used={used} />
      </Text>
    )
  }
  return (
    <Alert color="yellow" icon={<IconActivity aria-hidden />} title="It is in use">
      <LastUse used={used} /> Whoever calls with it will be refused.
    </Alert>
  )
}

function whereText({ last_used_function: fn, last_used_address: address }: Used): string {
  const what = fn === null ? '' : ` for ${formatFunctionName(fn)}`
  return `${what}${address === '' ? '' : ` from ${address}`}`
}
