import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty
        title="There is no such page"
        action={
          <Button component={Link} to="/">
            To the functions
          </Button>
        }
      >
        The address may be misspelt, or what it names is gone.
      </Empty>
    </Page>
  )
}
