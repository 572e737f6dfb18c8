import { Stack, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useMay } from '../app/may.ts'
import { LeaveGuard } from '../ui/leave-guard.tsx'
import { NeedsRole } from '../ui/needs-role.tsx'
import { ErrorNote } from '../ui/states.tsx'
import { BuildPanel } from './build-panel.tsx'
import { CodeBar } from './code-bar.tsx'
import { CodeBehind } from './code-behind.tsx'
import { CodeDifferences } from './code-differences.tsx'
import { CodeWorkspace } from './code-workspace.tsx'
import { useFunction } from './function-query.ts'
import { MainMethod } from './main-method.tsx'
import { useBuild, useCodeView, useDeployment } from './use-code-page.ts'

export function Component() {
  return useMay('viewer') ? <Code /> : <NeedsRole least="viewer" />
}

/** The function's code: written, compared with what serves, deployed. */
function Code() {
  const { fn } = useFunction()
  const deployment = useDeployment()
  const { draft, changed, mayDeploy, canDeploy, isPending, error, action, start } = deployment
  const { source } = draft
  const build = useBuild(deployment)
  const { view, setView, part, setPart, goTo, lead } = useCodeView()
  useHotkeys([['mod+S', start]], [], true)
  return (
    <Stack>
      <LeaveGuard isDirty={draft.isDirty} />
      <CodeBar
        {...{ view, draft, action, canDeploy, isPending }}
        onView={setView}
        changedCount={changed.length}
        onDeploy={start}
      />
      {!mayDeploy && (
        <Text size="sm">
          You can look at the code; deploying needs the role editor on this project.
        </Text>
      )}
      {draft.isBehind && <CodeBehind draft={draft} onShow={() => setView('theirs')} />}
      {error !== null && <ErrorNote error={error} />}
      {build !== undefined && (
        <BuildPanel {...build} source={source} runtime={fn.runtime} onPlace={lead} />
      )}
      {view === 'edit' ? (
        <CodeWorkspace
          {...{ source, part, changed, goTo }}
          {...(mayDeploy && { onChange: draft.setSource })}
          runtime={fn.runtime}
          onPart={setPart}
        />
      ) : (
        <CodeDifferences
          saved={fn}
          source={source}
          isDirty={draft.isDirty}
          against={view === 'theirs' ? 'saved' : 'deployed'}
        />
      )}
      <MainMethod
        value={source.main_method}
        {...(mayDeploy && {
          onChange: (main_method) => draft.setSource({ ...source, main_method }),
        })}
      />
    </Stack>
  )
}
