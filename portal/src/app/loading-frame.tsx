import { Center, Loader } from '@mantine/core'

/** Until the first page is there. */
export function LoadingFrame() {
  return (
    <Center component="main" mih="100vh" aria-busy="true">
      <Loader aria-label="Loading" role="status" />
    </Center>
  )
}
