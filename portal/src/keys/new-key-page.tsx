import { Page } from '../ui/page.tsx'

export function Component() {
  return <Page title="Create API key">{null}</Page>
}
