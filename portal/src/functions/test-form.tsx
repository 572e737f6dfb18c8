import { Button, Group, NativeSelect, Paper, Stack, Textarea, TextInput } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import type { FormEvent, KeyboardEvent } from 'react'
import { ErrorNote } from '../ui/states.tsx'
import { HeaderRows } from './header-rows.tsx'
import { testFaultsOf } from './test-faults.ts'
import { TestKeySelect } from './test-key-select.tsx'
import { CONTENT_TYPES, METHODS, type TestDraft, takesBody } from './test-request.ts'

export interface TestFormProps {
  readonly draft: TestDraft
  readonly onChange: (draft: TestDraft) => void
  /** Whether the function opens without a key. */
  readonly isOpen: boolean
  readonly isRunning: boolean
  readonly error: unknown
  readonly onSend: () => void
  readonly onCancel: () => void
}

const MONOSPACE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }

/** The request of a test. */
export function TestForm(props: TestFormProps) {
  const { draft, onChange, isOpen, isRunning, error, onSend, onCancel } = props
  const change = (part: Partial<TestDraft>) => onChange({ ...draft, ...part })
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
          <Group align="flex-start" gap="sm">
            <NativeSelect
              label="Method"
              data={[...METHODS]}
              value={draft.method}
              error={faults.method}
              onChange={({ currentTarget }) =>
                change({ method: currentTarget.value as TestDraft['method'] })
              }
            />
            <TextInput
              flex={1}
              miw={180}
              label="Path and query"
              value={draft.path}
              error={faults.path}
              onChange={({ currentTarget }) => change({ path: currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
              styles={MONOSPACE}
            />
          </Group>
          <TestKeySelect
            value={draft.key}
            onChange={(key) => change({ key })}
            isOpen={isOpen}
            error={faults.key}
          />
          <HeaderRows
            rows={draft.headers}
            onChange={(headers) => change({ headers })}
            faults={faults.headers}
            hint={
              <>
                Headers of the connection, <code>x-api-key</code> and <code>latchkey-*</code> are
                set by the gateway.
              </>
            }
          />
          {takesBody(draft.method) && (
            <>
              <NativeSelect
                label="Content type"
                data={CONTENT_TYPES}
                value={draft.contentType}
                onChange={({ currentTarget }) => change({ contentType: currentTarget.value })}
                maw={260}
              />
              <Textarea
                label="Body"
                value={draft.body}
                error={faults.body}
                onChange={({ currentTarget }) => change({ body: currentTarget.value })}
                autosize
                minRows={4}
                maxRows={16}
                spellCheck={false}
                styles={MONOSPACE}
              />
            </>
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
