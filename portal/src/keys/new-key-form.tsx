import { Alert, Button, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { ApiError } from '../../../src/client/errors.ts'
import type {
  CreatedApiKeySerializer,
  FaasCreateApiKeySerializer,
} from '../../../src/client/types.ts'
import { api } from '../app/api.ts'
import { useChangeKey } from '../app/change-key.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { LeaveGuard, SAVED } from '../ui/leave-guard.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote } from '../ui/states.tsx'
import { AccessPicker } from './access-picker.tsx'
import { EditLabels } from './edit-labels.tsx'
import { ExpirationPicker } from './expiration-picker.tsx'
import type { KeyPolicy } from './expiration-time.ts'
import { keysChanged } from './key-queries.ts'
import {
  bodyOf,
  type DraftFaults,
  faultsOf,
  firstDraft,
  isChanged,
  type NewKeyDraft,
} from './new-key-draft.ts'
import { KeyNameField } from './new-key-name.tsx'
import { StartField } from './new-key-start.tsx'
import { SecretDialog } from './secret-dialog.tsx'

const DESCRIPTION_CHARS_MAX = 4096
const NAME_ID = 'new-key-name'
const SENT = ['name', 'description', 'labels', 'not_before', 'functions', 'namespaces', 'expire']

/** Everything of a new key on one page, in the order in which people think of it. */
export function NewKeyForm({ policy }: { readonly policy: KeyPolicy }) {
  const scope = useScope()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const [first] = useState(() => firstDraft(policy, params, Date.now()))
  const [draft, setDraft] = useState(first)
  const [own, setOwn] = useState<DraftFaults>({})
  const form = useRef<HTMLFormElement>(null)
  const creation = useCreation()

  const { placed, rest } = serverErrors(creation.error, SENT)
  const errors: Record<string, string | undefined> = { ...placed, ...own }
  const change = (part: Partial<NewKeyDraft>) => {
    if (creation.error instanceof ApiError) creation.reset()
    setOwn({})
    setDraft({ ...draft, ...part })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (creation.isPending) return
    const faults = faultsOf(draft, policy, Date.now())
    setOwn(faults)
    if (Object.keys(faults).length === 0) return creation.create(bodyOf(draft))
    if (faults.name !== undefined) document.getElementById(NAME_ID)?.focus()
    else setTimeout(() => form.current?.querySelector('[role=alert]')?.scrollIntoView())
  }
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label="Create API key">
      {creation.created === undefined && <LeaveGuard isDirty={isChanged(first, draft)} />}
      <Stack maw={1100} gap="lg">
        <Section title="General information">
          <KeyNameField
            id={NAME_ID}
            scope={scope}
            value={draft.name}
            onChange={(name) => change({ name })}
            error={errors.name}
          />
          <Textarea
            label="Description"
            maw={560}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={DESCRIPTION_CHARS_MAX}
            value={draft.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
            error={errors.description}
          />
          <EditLabels
            value={draft.labels}
            onChange={(labels) => change({ labels })}
            error={errors.labels}
          />
          <StartField
            value={draft.notBefore}
            onChange={(notBefore) => change({ notBefore })}
            error={errors.not_before}
          />
        </Section>
        <Section title="Access to functions">
          <AccessPicker
            scope={scope}
            value={draft.access}
            onChange={(access) => change({ access })}
            error={errors.functions ?? errors.namespaces}
          />
        </Section>
        <Section title="Expiration">
          <ExpirationPicker
            value={draft.expire}
            onChange={(expire) => change({ expire })}
            policy={policy}
            error={errors.expire}
            notBefore={draft.notBefore}
          />
        </Section>
        {rest !== null && <Fault error={rest} />}
        <Group justify="flex-end">
          <Button variant="default" component={Link} to={places.keys(scope)}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
      {creation.created !== undefined && (
        <SecretDialog
          created={creation.created}
          onSecret={creation.setCreated}
          onClose={() => {
            // Nothing of it is left in the page that the browser may keep.
            creation.setCreated(undefined)
            void navigate(places.keys(scope), { replace: true, state: SAVED })
          }}
        />
      )}
    </form>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = `section-${title.toLowerCase().replaceAll(' ', '-')}`
  return (
    <Paper withBorder p={{ base: 'sm', sm: 'lg' }} component="section" aria-labelledby={id}>
      <Title order={2} size="h4" mb="md" id={id}>
        {title}
      </Title>
      <Stack gap="md">{children}</Stack>
    </Paper>
  )
}

/** What became of it is not known when no answer came: the same once more makes no second key. */
function Fault({ error }: { readonly error: unknown }) {
  if (error instanceof ApiError && error.status < 500) return <ErrorNote error={error} />
  return (
    <Stack gap="xs">
      <ErrorNote error={error} />
      <Alert color="blue" title="Choose Create again">
        <Text size="sm">
          Perhaps the key was made, and only the answer was lost. As long as nothing on this page is
          changed, Create asks for the same key again: it is made once, however often you try.
        </Text>
      </Alert>
    </Stack>
  )
}

function useCreation() {
  const scope = useScope()
  const queryClient = useQueryClient()
  const changeKey = useChangeKey()
  // The secret is here and nowhere else: what a mutation or a query returns would be kept in a cache.
  const [created, setCreated] = useState<CreatedApiKeySerializer>()
  const mutation = useMutation({
    mutationFn: async (body: FaasCreateApiKeySerializer) => {
      try {
        const answer = await api.keys.create(scope, body, {
          idempotencyKey: changeKey.keyFor(body),
        })
        changeKey.ended()
        setCreated(answer)
      } catch (error) {
        changeKey.ended(error)
        throw error
      }
      void keysChanged(queryClient, scope)
    },
  })
  return {
    ...{ created, setCreated, error: mutation.error, isPending: mutation.isPending },
    ...{ create: mutation.mutate, reset: mutation.reset },
  }
}
