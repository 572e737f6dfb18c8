import { AUDIT_ACTIONS } from '../../../src/domain/audit.ts'

const NOUNS: Readonly<Record<string, string>> = {
  key: 'API keys',
  namespace: 'Namespaces',
  function: 'Functions',
  call: 'Asynchronous calls',
  trigger: 'Triggers',
  project: 'Projects',
  token: 'API tokens',
  user: 'Users',
  session: 'Sessions',
  member: 'Members',
  webhook: 'Webhooks',
  mail: 'Mails',
  change: 'Changes',
}

/** All of a noun first, then each action of it. */
export const ACTION_CHOICES = [...Map.groupBy(AUDIT_ACTIONS, nounOf)].map(([noun, actions]) => ({
  group: NOUNS[noun] ?? noun,
  items: [
    { value: `${noun}.`, label: `${noun}: everything` },
    ...actions.map((action) => ({ value: action, label: action })),
  ],
}))

function nounOf(action: string): string {
  return action.slice(0, action.indexOf('.'))
}
