import { Page } from '../ui/page.tsx'

export function Component() {
  return <Page title="Deleted API keys">{null}</Page>
}
