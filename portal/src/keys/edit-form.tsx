import { Alert, Anchor, Stack, Tabs, Text, VisuallyHidden } from '@mantine/core'
import { IconCircleFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { isName } from '../../../src/domain/names.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { type KeyTab, places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { SaveBar } from '../ui/save-bar.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { ErrorNote } from '../ui/states.tsx'
import { AccessPicker } from './access-picker.tsx'
import { EditConflict } from './edit-conflict.tsx'
import { changedFields, type DraftField, draftOf, type KeyDraft, withFields } from './edit-draft.ts'
import { EditGeneral } from './edit-general.tsx'
import { labelsAreFine } from './edit-labels.tsx'
import { GoneError, useSaveKey } from './edit-save.ts'
import { ExpirationPicker } from './expiration-picker.tsx'
import { PropagationList, usePropagation } from './key-propagation.tsx'
import { keyPolicyQuery, type ReadKey } from './key-queries.ts'

const TABS: readonly {
  readonly id: KeyTab
  readonly label: string
  readonly fields: readonly DraftField[]
  /** What the server calls them. */
  readonly sent: readonly string[]
}[] = [
  {
    id: 'general',
    label: 'General',
    fields: ['name', 'description', 'labels', 'notBefore'],
    sent: ['name', 'description', 'labels', 'not_before'],
  },
  {
    id: 'access',
    label: 'Access to functions',
    fields: ['access'],
    sent: ['functions', 'namespaces'],
  },
  { id: 'expiration', label: 'Expiration', fields: ['expire'], sent: ['expire'] },
]
const SENT = TABS.flatMap(({ sent }) => sent)

export interface EditFormProps {
  readonly initial: ReadKey
  readonly tab: KeyTab
  readonly onRenamed: (name: string) => void
}

/** All tabs are one form: what was changed in any of them is saved together. */
export function EditForm({ initial, tab, onRenamed }: EditFormProps) {
  const scope = useScope()
  const navigate = useNavigate()
  const may = useMay('editor')
  const [base, setBase] = useState(initial)
  const [draft, setDraft] = useState(() => draftOf(initial.key))
  const policy = useQuery(keyPolicyQuery(scope.projectId))
  const before = draftOf(base.key)
  const changed = changedFields(before, draft)
  const save = useSaveKey(scope, (saved) => {
    setBase(saved)
    setDraft(draftOf(saved.key))
    if (saved.key.name !== base.key.name) onRenamed(saved.key.name)
  })

  const change = (part: Partial<KeyDraft>) => {
    save.reset()
    setDraft({ ...draft, ...part })
  }
  const { placed, rest } = serverErrors(save.error, SENT)
  const wrongTab = TABS.find(({ sent }) => sent.some((field) => field in placed))?.id
  const failedAt = save.failedAt
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal, not for each tab
  useEffect(() => {
    if (wrongTab !== undefined && wrongTab !== tab) {
      void navigate(places.editKey(scope, base.key.name, wrongTab))
    }
  }, [failedAt])

  const isFine = isName(draft.name) && labelsAreFine(draft.labels)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isFine && changed.length > 0) save.save(base, draft)
  }
  const conflict = save.conflict
  const resolve = (take: 'theirs' | 'mine') => {
    if (conflict === undefined) return
    const there = draftOf(conflict.read.key)
    const clashes = changedFields(before, there).filter((field) => changed.includes(field))
    const own = changed.filter((field) => take === 'mine' || !clashes.includes(field))
    const merged = withFields(there, draft, own)
    setBase(conflict.read)
    setDraft(merged)
    if (conflict.read.key.name !== base.key.name) onRenamed(conflict.read.key.name)
    if (take === 'mine') save.save(conflict.read, merged)
    else save.reset()
  }
  return (
    <form onSubmit={submit} noValidate>
      <LeaveGuard
        isDirty={changed.length > 0}
        keeps={(path) => TABS.some(({ id }) => path === places.editKey(scope, base.key.name, id))}
      />
      <Tabs
        value={tab}
        onChange={(id) => void navigate(places.editKey(scope, base.key.name, id as KeyTab))}
      >
        <Tabs.List>
          {TABS.map(({ id, label, fields, sent }) => (
            <Tabs.Tab
              key={id}
              value={id}
              rightSection={
                <TabMark
                  isChanged={fields.some((field) => changed.includes(field))}
                  isWrong={sent.some((field) => field in placed)}
                />
              }
            >
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="general" pt="md">
          <EditGeneral apiKey={base.key} draft={draft} change={change} errors={placed} />
        </Tabs.Panel>
        <Tabs.Panel value="access" pt="md">
          <AccessPicker
            scope={scope}
            value={draft.access}
            onChange={(access) => change({ access })}
            error={placed.functions ?? placed.namespaces}
          />
        </Tabs.Panel>
        <Tabs.Panel value="expiration" pt="md">
          <Stack gap="sm">
            {base.key.status === 'Expired' && (
              <Text size="sm">The key has expired. Give it a later end to renew it.</Text>
            )}
            <ExpirationPicker
              key={base.key.updated_at}
              value={draft.expire}
              onChange={(expire) => change({ expire })}
              policy={policy.data}
              error={placed.expire}
              notBefore={draft.notBefore}
            />
          </Stack>
        </Tabs.Panel>
      </Tabs>
      <Stack mt="md" gap="sm">
        {rest !== null && <SaveFault error={rest} />}
        <Saved base={base} isShown={save.isSaved && changed.length === 0} lagging={save.lagging} />
      </Stack>
      <SaveBar
        isDirty={changed.length > 0}
        isPending={save.isPending}
        onReset={() => change(before)}
        reason={may ? undefined : roleNeededText('editor')}
      />
      {conflict !== undefined && (
        <EditConflict
          before={before}
          mine={draft}
          theirs={draftOf(conflict.read.key)}
          who={conflict.who}
          isPending={save.isPending}
          onTakeTheirs={() => resolve('theirs')}
          onSaveMine={() => resolve('mine')}
          onClose={save.reset}
        />
      )}
    </form>
  )
}

/** That something of the tab is not saved yet, or not right. */
function TabMark({ isChanged, isWrong }: { isChanged: boolean; isWrong: boolean }) {
  if (!isChanged && !isWrong) return null
  const color = isWrong ? 'red' : 'blue'
  return (
    <>
      <IconCircleFilled size={8} aria-hidden color={`var(--mantine-color-${color}-filled)`} />
      <VisuallyHidden>{isWrong ? '(not right)' : '(changed)'}</VisuallyHidden>
    </>
  )
}

function SaveFault({ error }: { readonly error: unknown }) {
  const scope = useScope()
  if (!(error instanceof GoneError)) return <ErrorNote error={error} />
  return (
    <Alert color="red" title={error.message} role="alert">
      <Text size="sm">
        See{' '}
        <Anchor component={Link} to={places.deletedKeys(scope)} size="sm" underline="always">
          Deleted API keys
        </Anchor>
        , where it can be brought back.
      </Text>
    </Alert>
  )
}

/** That it is saved, and where it is in force. */
function Saved({
  base,
  isShown,
  lagging,
}: {
  readonly base: ReadKey
  readonly isShown: boolean
  readonly lagging: readonly string[]
}) {
  const scope = useScope()
  const isLagging = isShown && lagging.length > 0
  const propagation = usePropagation(scope, base.key.id, { isAsked: isLagging })
  const isApplied = !isLagging || propagation.data?.state === 'applied'
  return (
    <div role="status">
      {isShown && isApplied && (
        <Text size="sm">
          Saved. It is in force on every node.{' '}
          <Anchor
            component={Link}
            to={places.key(scope, base.key.name)}
            size="sm"
            underline="always"
          >
            See the key
          </Anchor>
        </Text>
      )}
      {isShown && !isApplied && propagation.data !== undefined && (
        <Alert color="yellow" title="Saved, but not in force everywhere yet">
          <PropagationList propagation={propagation.data} />
        </Alert>
      )}
    </div>
  )
}
