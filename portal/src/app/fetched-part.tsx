import { Alert, Button } from '@mantine/core'
import { Component, type ReactNode, Suspense } from 'react'

interface FetchedPartProps {
  /** What cannot be shown when it does not come: `The search`. */
  readonly what: string
  readonly children: ReactNode
}

/** A part over the page that is fetched when it is wanted: when it does not come, the page stays as it is. */
export class FetchedPart extends Component<FetchedPartProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    const { what, children } = this.props
    if (!this.state.hasFailed) return <Suspense>{children}</Suspense>
    return (
      <Alert
        color="red"
        variant="filled"
        title={`${what} could not be fetched`}
        role="alert"
        pos="fixed"
        bottom={16}
        right={16}
        maw="min(420px, calc(100vw - 32px))"
        style={{ zIndex: 400 }}
      >
        The server does not answer, or it has been renewed. Keep what you have typed, then load the
        page again.
        <Button mt="xs" size="xs" variant="default" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </Alert>
    )
  }
}
