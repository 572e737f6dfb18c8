import { Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { isName } from '../../../src/domain/names.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { type KeyTab, places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { SaveBar } from '../ui/save-bar.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { AccessPicker } from './access-picker.tsx'
import { EditConflict } from './edit-conflict.tsx'
import { changedFields, draftOf, type KeyDraft, withFields } from './edit-draft.ts'
import { EditGeneral } from './edit-general.tsx'
import { labelsAreFine } from './edit-labels.tsx'
import { useSaveKey } from './edit-save.ts'
import { Saved, SaveFault } from './edit-saved.tsx'
import { TABS, tabMark } from './edit-tabs.tsx'
import { ExpirationPicker } from './expiration-picker.tsx'
import { keyPolicyQuery, type ReadKey } from './key-queries.ts'

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
              rightSection={tabMark(
                fields.some((field) => changed.includes(field)),
                sent.some((field) => field in placed),
              )}
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
