import { Code } from '@mantine/core'
import type { ReactNode } from 'react'

/** What is read sign by sign: ids, addresses, hashes. */
export function Mono({ children }: { readonly children: ReactNode }) {
  return <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>{children}</Code>
}
