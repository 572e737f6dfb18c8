import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, type ReactNode } from 'react'
import { readableVariables } from './contrast.ts'
import { FetchedPart } from './fetched-part.tsx'
import { styleNonce } from './nonce.ts'
import { queryClient } from './query-client.ts'
import { theme } from './theme.ts'

/** Nothing is told in the first moment: fetched after the page. */
const Toasts = lazy(() => import('./toasts.tsx'))

export function Providers({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      cssVariablesResolver={readableVariables}
    >
      <QueryClientProvider client={queryClient}>
        <FetchedPart what="The place for messages">
          <Toasts />
        </FetchedPart>
        {children}
      </QueryClientProvider>
    </MantineProvider>
  )
}
