import { Tabs } from '@mantine/core'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '../app/may.ts'
import { places, type SettingsTab } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { useProjectNames } from '../operators/project-names.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { KeyRulesTab } from './key-rules-tab.tsx'
import { MailTab } from './mail-tab.tsx'
import { NoticesTab } from './notices-tab.tsx'
import { WebhooksTab } from './webhooks-tab.tsx'

const TABS: readonly { readonly id: SettingsTab; readonly label: string }[] = [
  { id: 'keys', label: 'API keys' },
  { id: 'notices', label: 'Notices' },
  { id: 'webhooks', label: 'Webhooks' },
  { id: 'mail', label: 'Mail' },
]

/** What a project asks of its keys, and who is told of what. Each tab has an address. */
export function Component() {
  const scope = useScope()
  const { tab } = useParams()
  const navigate = useNavigate()
  const mayRead = useMay('viewer')
  const { id: active, label: part } = TABS.find(({ id }) => id === tab) ?? TABS[0]!
  const projectName = useProjectNames()
  return (
    <Page title={`Settings of ${projectName(scope.projectId)}`} part={part}>
      {mayRead ? (
        <Tabs value={active} onChange={(id) => navigate(places.settings(scope, id as SettingsTab))}>
          <Tabs.List mb="md">
            {TABS.map(({ id, label }) => (
              <Tabs.Tab key={id} value={id}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={active}>
            <TabContent key={scope.projectId} tab={active} projectId={scope.projectId} />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <NeedsRole least="viewer" />
      )}
    </Page>
  )
}

function TabContent({ tab, projectId }: { readonly tab: SettingsTab; readonly projectId: number }) {
  switch (tab) {
    case 'keys':
      return <KeyRulesTab projectId={projectId} />
    case 'notices':
      return <NoticesTab projectId={projectId} />
    case 'webhooks':
      return <WebhooksTab projectId={projectId} />
    case 'mail':
      return <MailTab projectId={projectId} />
  }
}
