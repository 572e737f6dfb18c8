import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FunctionSerializer } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { KeyValue } from '../ui/key-value.tsx'
import { RelativeTime, TimeText } from '../ui/time-text.tsx'
import { OverviewCard, TabLink } from './overview-card.tsx'
import { newestVersionQuery, triggersCountQuery } from './overview-query.ts'

/** What the function is, and how it stands. */
export function Facts({ fn }: { readonly fn: FunctionSerializer }) {
  const scope = useScope()
  const name = useFunctionName()
  const mayView = useMay('viewer')
  const version = useQuery({ ...newestVersionQuery(scope, name), enabled: mayView })
  const triggers = useQuery({ ...triggersCountQuery(scope, name), enabled: mayView })
  const { total = 0, ready = 0 } = fn.deploy_status
  const { min_instances: least, max_instances: most } = fn.autoscaling
  return (
    <OverviewCard>
      <Title order={2} size="h5" mb="xs">
        Status
      </Title>
      <Text size="sm" mb="sm">
        {statusSentence(fn)}
      </Text>
      <KeyValue
        items={[
          ['Description', fn.description === '' ? null : fn.description],
          ['Runtime', runtimeText(fn)],
          [
            'Version',
            version.data === undefined ? null : version.data === null ? (
              'None yet'
            ) : (
              <>
                <TabLink tab="versions">{version.data.number}</TabLink>,{' '}
                <RelativeTime time={version.data.created_at} />
              </>
            ),
          ],
          ['Newest build', buildText(fn)],
          ['Instances now', `${ready} ready${total > ready ? `, ${total - ready} starting` : ''}`],
          ['Scaling', `${least} to ${most} instances of ${fn.flavor}`],
          [
            'Triggers',
            triggers.data === undefined ? null : (
              <TabLink key="triggers" tab="triggers">
                {triggers.data}
              </TabLink>
            ),
          ],
          [
            'Last failure',
            fn.last_failure === null ? null : (
              <>
                {fn.last_failure.message} (<RelativeTime time={fn.last_failure.at} />)
              </>
            ),
          ],
          ['Created', <TimeText key="created" time={fn.created_at} />],
          ['Changed', <TimeText key="changed" time={fn.updated_at} />],
        ]}
      />
    </OverviewCard>
  )
}

function statusSentence(fn: FunctionSerializer): string {
  switch (fn.status) {
    case 'disabled':
      return 'It is disabled: every call is answered 503.'
    case 'building':
      return 'Its first version is being built; until it is there, calls are answered 503.'
    case 'failed':
      return 'No version could be built yet: calls are answered 503. The build says why.'
    case 'running':
      return 'It serves.'
    default:
      return 'It serves. No instance runs at the moment: the next call starts one.'
  }
}

function runtimeText({ runtime, runtime_version: runsOn }: FunctionSerializer): string {
  return runsOn === '' || runsOn === runtime ? runtime : `${runtime} (runs on ${runsOn})`
}

function buildText({ build_status: status, build_message: message }: FunctionSerializer) {
  if (status === 'succeeded') return 'Succeeded'
  if (status === 'failed') {
    return (
      <>
        <Text span c="red" fz="inherit">
          Failed
        </Text>
        {message === '' ? '' : `: ${failureText(message)} `} <TabLink tab="code">Code</TabLink>
      </>
    )
  }
  return 'Under way'
}

/** Compilers often begin with the place and end with the reason. */
function failureText(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.find((line) => /error\b/i.test(line)) ?? lines[0] ?? ''
}
