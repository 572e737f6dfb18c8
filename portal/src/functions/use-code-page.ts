import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import type { CodeView } from './code-bar.tsx'
import { useDeploy } from './code-deploy.ts'
import { useDraft } from './code-draft.ts'
import { buildOutcome } from './code-outcome.ts'
import { type FaultPlace, firstPlace } from './code-places.ts'
import { changedParts, type Part, sourceErrors, sourceOf } from './code-source.ts'
import { useFunction } from './function-query.ts'
import { useShownBuild } from './use-shown-build.ts'
import { servingVersionQuery } from './versions-query.ts'

/** What is written, and what can become of it. */
export function useDeployment() {
  const saved = useFunction()
  const mayDeploy = useMay('editor')
  const draft = useDraft(saved)
  const { source, isDirty } = draft
  const { deploy, isPending, error, turn } = useDeploy(useFunctionName())
  const changed = useMemo(() => changedParts(sourceOf(draft.base.fn), source), [draft.base, source])
  const hasFailed = saved.fn.build_status === 'failed'
  const isValid = sourceErrors(source).length === 0
  const canDeploy = mayDeploy && isValid && !isPending && (isDirty || hasFailed) && !draft.isBehind
  return {
    ...{ draft, changed, mayDeploy, canDeploy, isPending, error, turn },
    action: hasFailed && !isDirty ? ('Build again' as const) : ('Deploy' as const),
    start: () => {
      if (canDeploy) deploy({ base: draft.base, source })
    },
  }
}

/** Which text is shown, and how; `lead` goes to a place in one of them. */
export function useCodeView() {
  const [view, setView] = useState<CodeView>('edit')
  const [part, setPart] = useState<Part>('code_text')
  const [goTo, setGoTo] = useState<FaultPlace>()
  const lead = (place: FaultPlace) => {
    setView('edit')
    setPart(place.part)
    setGoTo({ ...place })
  }
  return { view, setView, part, setPart, goTo, lead }
}

/** The build that is shown, what it has come to, and the first place that it finds fault with. */
export function useBuild({ draft, turn }: ReturnType<typeof useDeployment>) {
  const { fn } = useFunction()
  const { output, hide } = useShownBuild(turn)
  const serving = useQuery(servingVersionQuery(useScope(), useFunctionName())).data
  if (output === undefined) return undefined
  const outcome = buildOutcome(output, serving?.number, fn)
  const hasFailed = output.status === 'failed'
  const fault = hasFailed ? firstPlace(output.lines, draft.source, fn.runtime) : undefined
  return { output, outcome, onHide: hide, ...(fault && { fault }) }
}
