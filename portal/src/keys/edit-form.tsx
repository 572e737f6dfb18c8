import { Stack, Tabs } from '@mantine/core'
import { type FormEvent, useEffect } from 'react'
import { useNavigate } from 'react-router'
import { isName } from '../../../src/domain/names.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { type KeyTab, places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { SaveBar } from '../ui/save-bar.tsx'
import { serverErrors } from '../ui/server-errors.ts'
import { EditConflict } from './edit-conflict.tsx'
import { draftOf } from './edit-draft.ts'
import { labelsAreFine } from './edit-labels.tsx'
import { EditPanels } from './edit-panels.tsx'
import { Saved, SaveFault } from './edit-saved.tsx'
import { EditTabList, SENT, TABS, tabOfErrors } from './edit-tabs.tsx'
import type { ReadKey } from './key-queries.ts'
import { type EditedKey, useEditedKey } from './use-edited-key.ts'

export interface EditFormProps {
  readonly initial: ReadKey
  readonly tab: KeyTab
  readonly onRenamed: (name: string) => void
}

/** All tabs are one form: what was changed in any of them is saved together. */
export function EditForm({ initial, tab, onRenamed }: EditFormProps) {
  const may = useMay('editor')
  const edited = useEditedKey(initial, onRenamed)
  const { base, before, draft, changed, change, save } = edited
  const isDirty = changed.length > 0
  const { placed, rest } = serverErrors(save.error, SENT)
  const { placeOf, goTo } = useTabs(base.key.name)
  const wrongTab = tabOfErrors(placed)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal, not for each tab
  useEffect(() => {
    if (wrongTab !== undefined && wrongTab !== tab) goTo(wrongTab)
  }, [save.error])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isName(draft.name) && labelsAreFine(draft.labels) && isDirty) save.save(base, draft)
  }
  return (
    <form onSubmit={submit} noValidate>
      <LeaveGuard isDirty={isDirty} keeps={(path) => TABS.some(({ id }) => path === placeOf(id))} />
      <Tabs value={tab} onChange={(id) => goTo(id as KeyTab)}>
        <EditTabList changed={changed} errors={placed} />
        <EditPanels edited={edited} errors={placed} />
      </Tabs>
      <Stack mt="md" gap="sm">
        {rest !== null && <SaveFault error={rest} />}
        <Saved base={base} isShown={save.isSaved && !isDirty} lagging={save.lagging} />
      </Stack>
      <SaveBar
        isDirty={isDirty}
        isPending={save.isPending}
        onReset={() => change(before)}
        reason={may ? undefined : roleNeededText('editor')}
      />
      <Met edited={edited} />
    </form>
  )
}

/** Each tab has an address of its own. */
function useTabs(name: string) {
  const scope = useScope()
  const navigate = useNavigate()
  const placeOf = (tab: KeyTab) => places.editKey(scope, name, tab)
  return { placeOf, goTo: (tab: KeyTab) => void navigate(placeOf(tab)) }
}

/** Where somebody else was faster. */
function Met({ edited: { before, draft, save, resolve } }: { readonly edited: EditedKey }) {
  if (save.conflict === undefined) return null
  return (
    <EditConflict
      before={before}
      mine={draft}
      theirs={draftOf(save.conflict.read.key)}
      who={save.conflict.who}
      isPending={save.isPending}
      onTakeTheirs={() => resolve('theirs')}
      onSaveMine={() => resolve('mine')}
      onClose={save.reset}
    />
  )
}
