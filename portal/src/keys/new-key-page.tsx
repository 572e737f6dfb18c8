import { useQuery } from '@tanstack/react-query'
import { useMay } from '../app/may.ts'
import { useScope } from '../app/scope.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { keyPolicyQuery } from './key-queries.ts'
import { NewKeyForm } from './new-key-form.tsx'

export function Component() {
  return (
    <Page title="Create API key">
      <Content />
    </Page>
  )
}

function Content() {
  const { projectId } = useScope()
  const may = useMay('editor')
  const policy = useQuery({ ...keyPolicyQuery(projectId), enabled: may })
  if (!may) return <NeedsRole least="editor">Keys are made by editors and owners.</NeedsRole>
  if (policy.data !== undefined) return <NewKeyForm policy={policy.data} />
  if (policy.error === null) return <LoadingRows />
  return <ErrorNote error={policy.error} onRetry={() => void policy.refetch()} />
}
