import { Alert, Button, Code, Group, Modal, Progress, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../app/api.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { useIsHere } from '../ui/use-is-here.ts'

export interface VerifyAuditProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** So that no request takes long, however long the log is. */
const ROWS_PER_REQUEST = 100_000
const HEAD = /^[1-9][0-9]{0,15}:[0-9a-f]{64}$/

interface Verified {
  readonly rows: number
  /** `<sequence>:<hash>`; undefined when there are no rows. */
  readonly head: string | undefined
  /** A sentence that names the first bad row; null when there is none. */
  readonly fault: string | null
  readonly noted: string | undefined
}

/** Asks the server to look whether every row is as it was written. */
export function VerifyAudit({ opened, onClose }: VerifyAuditProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Verify the audit log" size="lg">
      <Verify />
    </Modal>
  )
}

function Verify() {
  const [noted, setNoted] = useState('')
  const [rows, setRows] = useState(0)
  const isHere = useIsHere()
  const head = noted.trim()
  const isWrong = head !== '' && !HEAD.test(head)
  const mutation = useMutation({
    mutationFn: () => verified(head === '' ? undefined : head, setRows, isHere),
    onMutate: () => setRows(0),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isWrong) mutation.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>
          The server computes the hash of every row anew and looks whether each follows the one
          before.
        </Text>
        <TextInput
          label="A head that you noted"
          description="Optional. It must still be there as it was: so nobody can have written the log anew since."
          placeholder="18:6d9ad61e…"
          value={noted}
          onChange={(event) => setNoted(event.currentTarget.value)}
          error={isWrong ? 'A head is a number, a colon and 64 hexadecimal digits.' : undefined}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button type="submit" loading={mutation.isPending} disabled={isWrong}>
            Verify
          </Button>
        </Group>
        {mutation.isPending && rows > 0 && (
          <Progress.Root aria-label="Verifying">
            <Progress.Section
              value={100}
              animated
              aria-label={`${rows.toLocaleString('en')} rows so far`}
            />
          </Progress.Root>
        )}
        <div role="status">
          {mutation.isPending && rows > 0 && (
            <Text size="sm">{rows.toLocaleString('en')} rows so far</Text>
          )}
          {mutation.data !== undefined && !mutation.isPending && <Result {...mutation.data} />}
        </div>
        {mutation.isError && <ErrorNote error={mutation.error} />}
      </Stack>
    </form>
  )
}

function Result({ rows, head, fault, noted }: Verified) {
  if (fault !== null) {
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={fault}>
        {rows} rows before it are as they were written. Keep the database as it is, and an export of
        the log.
      </Alert>
    )
  }
  if (head === undefined) return <Text>There are no rows.</Text>
  return (
    <Stack gap="sm">
      <Alert
        color="green"
        icon={<IconCheck aria-hidden />}
        title={`${rows} rows, 1 to ${head.slice(0, head.indexOf(':'))}, are as they were written.`}
      >
        {noted !== undefined && 'The head that you noted is among them, as it was.'}
      </Alert>
      <Text size="sm">
        Note the head where nobody who can write to the database can write: compared with it later,
        it shows that no row before it was changed.
      </Text>
      <Code block aria-label="Head" style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
        {head}
      </Code>
      <Group>
        <CopyButton value={head} label="Copy the head" wide />
      </Group>
    </Stack>
  )
}

async function verified(
  head: string | undefined,
  onRows: (rows: number) => void,
  isWanted: () => boolean,
): Promise<Verified> {
  let rows = 0
  for (let after: number | undefined; ; ) {
    const answer = await api.audit.verify({ after_sequence: after, limit: ROWS_PER_REQUEST, head })
    rows += answer.rows
    if (answer.ok && answer.next !== null && isWanted()) {
      after = answer.next
      onRows(rows)
      continue
    }
    const { sequence, hash } = answer.head
    const fault = answer.ok ? null : (answer.message ?? 'The log is not as it was written.')
    return { rows, head: sequence === 0 ? undefined : `${sequence}:${hash}`, fault, noted: head }
  }
}
