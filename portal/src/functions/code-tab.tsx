import {
  Alert,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useLocation } from 'react-router'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { useBuildOutput } from './build-follow.ts'
import { BuildPanel } from './build-panel.tsx'
import { useDeploy } from './code-deploy.ts'
import { CodeDifferences } from './code-differences.tsx'
import { type Draft, useDraft } from './code-draft.ts'
import { buildOutcome } from './code-outcome.ts'
import { type FaultPlace, firstPlace } from './code-places.ts'
import { changedParts, type Part, sourceErrors, sourceOf } from './code-source.ts'
import { CodeWorkspace } from './code-workspace.tsx'
import { isBuilding, useFunction } from './function-query.ts'
import { servingVersionQuery } from './versions-query.ts'

export function Component() {
  return useMay('viewer') ? <Code /> : <NeedsRole least="viewer" />
}

/** The function's code: written, compared with what serves, deployed. */
function Code() {
  const scope = useScope()
  const name = useFunctionName()
  const saved = useFunction()
  const { fn } = saved
  const draft = useDraft(saved)
  const { source, isDirty } = draft
  const mayDeploy = useMay('editor')
  const [part, setPart] = useState<Part>('code_text')
  const [goTo, setGoTo] = useState<FaultPlace>()
  const [view, setView] = useState('edit')
  const { deploy, isPending, error, turn } = useDeploy(name)
  const { output, hide } = useShownBuild(turn)
  const serving = useQuery(servingVersionQuery(scope, name)).data
  const changed = useMemo(() => changedParts(sourceOf(draft.base.fn), source), [draft.base, source])

  const hasFailed = fn.build_status === 'failed'
  const isValid = sourceErrors(source).length === 0
  const canDeploy = mayDeploy && isValid && !isPending && (isDirty || hasFailed) && !draft.isBehind
  const start = () => canDeploy && deploy({ base: draft.base, source })
  useHotkeys([['mod+S', start]], [], true)

  const lead = (place: FaultPlace) => {
    setView('edit')
    setPart(place.part)
    setGoTo({ ...place })
  }
  const fault =
    output?.status === 'failed' ? firstPlace(output.lines, source, fn.runtime) : undefined

  return (
    <Stack>
      <LeaveGuard isDirty={isDirty} />
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          aria-label="What is shown"
          value={view}
          onChange={setView}
          data={[
            { value: 'edit', label: 'Edit' },
            { value: 'differences', label: 'Differences' },
          ]}
        />
        <Group gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {isDirty ? changedText(changed.length, draft) : 'No changes'}
          </Text>
          <Button variant="default" disabled={!isDirty} onClick={draft.takeSaved}>
            Discard changes
          </Button>
          <Tooltip label="Ctrl+S">
            <Button
              onClick={start}
              loading={isPending}
              disabled={!canDeploy}
              aria-keyshortcuts="Control+S Meta+S"
            >
              {hasFailed && !isDirty ? 'Build again' : 'Deploy'}
            </Button>
          </Tooltip>
        </Group>
      </Group>
      {!mayDeploy && (
        <Text size="sm">
          You can look at the code; deploying needs the role editor on this project.
        </Text>
      )}
      {draft.isBehind && <Behind draft={draft} onShow={() => setView('theirs')} />}
      {error !== null && <ErrorNote error={error} />}
      {output !== undefined && (
        <BuildPanel
          output={output}
          source={source}
          runtime={fn.runtime}
          outcome={buildOutcome(output, serving?.number, fn)}
          onPlace={lead}
          onHide={hide}
          {...(fault && { fault })}
        />
      )}
      {view === 'edit' ? (
        <CodeWorkspace
          source={source}
          {...(mayDeploy && { onChange: draft.setSource })}
          runtime={fn.runtime}
          part={part}
          onPart={setPart}
          changed={changed}
          goTo={goTo}
        />
      ) : (
        <CodeDifferences
          saved={fn}
          source={source}
          isDirty={isDirty}
          against={view === 'theirs' ? 'saved' : 'deployed'}
        />
      )}
      <TextInput
        label="Main method"
        description="What is called: handler, or module.handler, where the last part counts."
        value={source.main_method}
        onChange={(event) => draft.setSource({ ...source, main_method: event.currentTarget.value })}
        readOnly={!mayDeploy}
        maxLength={100}
        maw={420}
        spellCheck={false}
        autoComplete="off"
      />
    </Stack>
  )
}

/** The build of what was deployed here, one that is under way, or the newest one if it failed. */
function useShownBuild(turn: number) {
  const scope = useScope()
  const name = useFunctionName()
  const queries = useQueryClient()
  const { fn } = useFunction()
  const [isNew] = useState((useLocation().state as { isNew?: boolean } | null)?.isNew === true)
  const [isShown, setShown] = useState(isNew)
  const [hidden, setHidden] = useState<number>()
  const wants = isBuilding(fn.build_status) || fn.build_status === 'failed'
  useEffect(() => {
    if (wants) setShown(true)
  }, [wants])
  const isFollowed = (turn > 0 || isShown) && hidden !== turn
  const output = useBuildOutput(scope, name, isFollowed ? turn : undefined)
  const hasEnded = output?.hasEnded === true
  useEffect(() => {
    if (hasEnded) void queries.invalidateQueries({ queryKey: ['functions', scope] })
  }, [hasEnded, queries, scope])
  return { output, hide: () => setHidden(turn) }
}

function Behind({ draft, onShow }: { readonly draft: Draft; readonly onShow: () => void }) {
  return (
    <Alert
      color="yellow"
      role="alert"
      title="Somebody else has changed the code meanwhile. Nothing of yours was deployed."
    >
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={onShow}>
          Show how theirs differs from yours
        </Button>
        <Button size="xs" variant="default" onClick={draft.takeSaved}>
          Take theirs, drop mine
        </Button>
        <Button size="xs" variant="default" onClick={draft.keepOwn}>
          Keep mine, to deploy it over theirs
        </Button>
      </Group>
    </Alert>
  )
}

function changedText(count: number, { base, source }: Draft): string {
  const files = count === 1 ? '1 file changed' : `${count} files changed`
  const method = base.fn.main_method === source.main_method ? '' : 'main method changed'
  return [count > 0 ? files : '', method].filter((text) => text !== '').join(', ')
}
