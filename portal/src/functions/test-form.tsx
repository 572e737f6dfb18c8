import { Button, Group, Paper, Stack } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import type { FormEvent, KeyboardEvent } from 'react'
import { ErrorNote } from '../ui/states.tsx'
import { HeaderRows } from './header-rows.tsx'
import { RequestLine } from './request-line.tsx'
import { testFaultsOf } from './test-faults.ts'
import { TestKeySelect } from './test-key-select.tsx'
import { METHODS, type TestDraft, takesBody } from './test-request.ts'
import { TestRequestBody } from './test-request-body.tsx'

export interface TestFormProps {
  readonly draft: TestDraft
  readonly onChange: (part: Partial<TestDraft>) => void
  /** Whether the function opens without a key. */
  readonly isOpen: boolean
  readonly isRunning: boolean
  readonly error: unknown
  readonly onSend: () => void
  readonly onCancel: () => void
}

/** The request of a test. */
export function TestForm(props: TestFormProps) {
  const { draft, onChange, isOpen, isRunning, error, onSend, onCancel } = props
  const faults = testFaultsOf(error, draft)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isRunning) onSend()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    if (!isRunning) onSend()
  }
  return (
    <Paper withBorder p="md">
      <form onSubmit={submit} onKeyDown={onKeyDown} aria-label="Request" noValidate>
        <Stack>
          <RequestLine
            methods={METHODS}
            method={draft.method}
            onMethod={(method) => onChange({ method })}
            path={draft.path}
            onPath={(path) => onChange({ path })}
            errors={faults}
          />
          <TestKeySelect
            value={draft.key}
            onChange={(key) => onChange({ key })}
            isOpen={isOpen}
            error={faults.key}
          />
          <HeaderRows
            rows={draft.headers}
            onChange={(headers) => onChange({ headers })}
            faults={faults.headers}
            hint={
              <>
                Headers of the connection, <code>x-api-key</code> and <code>latchkey-*</code> are
                set by the gateway.
              </>
            }
          />
          {takesBody(draft.method) && (
            <TestRequestBody draft={draft} onChange={onChange} error={faults.body} />
          )}
          {faults.rest !== undefined && faults.rest !== null && <ErrorNote error={faults.rest} />}
          <Group gap="sm">
            <Button
              type="submit"
              loading={isRunning}
              leftSection={<IconSend size={16} aria-hidden />}
              aria-keyshortcuts="Control+Enter"
              title="Ctrl+Enter"
            >
              Send
            </Button>
            {isRunning && (
              <Button variant="default" onClick={onCancel}>
                Cancel
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}
