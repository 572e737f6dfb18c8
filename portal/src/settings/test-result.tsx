import { Alert } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import type { DeliverySerializer } from '../../../src/client/types.ts'
import { ErrorNote } from '../ui/states.tsx'
import { outcomeText } from './delivery-words.ts'

export interface TestResultProps {
  readonly delivery: DeliverySerializer | undefined
  readonly error: unknown
}

/** What came of sending something now. */
export function TestResult({ delivery, error }: TestResultProps) {
  if (error !== null && error !== undefined) return <ErrorNote error={error} />
  return (
    <div role="status">
      {delivery !== undefined &&
        (delivery.state === 'delivered' ? (
          <Alert color="green" icon={<IconCheck aria-hidden />} title="The test was delivered">
            {outcomeText(delivery)}
          </Alert>
        ) : (
          <Alert color="red" icon={<IconX aria-hidden />} title="The test was not delivered">
            {outcomeText(delivery)}
          </Alert>
        ))}
    </div>
  )
}
