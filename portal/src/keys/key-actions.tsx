import { type ReactNode, useCallback, useState } from 'react'
import { useNavigate } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { fetchedDialog } from '../ui/fetched-dialog.tsx'
import type { RowAction } from '../ui/row-menu.tsx'
import type { KeyAction } from './key-dialog.tsx'
import { useFocusBack } from './key-focus.ts'

const { Dialog, ahead } = fetchedDialog(async () => (await import('./key-dialog.tsx')).KeyDialog)

export interface KeyActions {
  readonly start: (action: KeyAction, key: FaasApiKeySerializer) => void
  /** For a `RowMenu`: Edit, Rotate, Disable or Enable, Delete. */
  readonly actionsOf: (key: FaasApiKeySerializer) => readonly RowAction[]
  /** To be put into the page once. */
  readonly dialogs: ReactNode
  /** For what is around the buttons that open them. */
  readonly ahead: typeof ahead
}

/** What can be done with a key, from a list as from its own page. `onGone`: after it was deleted. */
export function useKeyActions({ onGone }: { readonly onGone?: () => void } = {}): KeyActions {
  const scope = useScope()
  const navigate = useNavigate()
  const may = useMay('editor')
  const [asked, setAsked] = useState<{ action: KeyAction; key: FaasApiKeySerializer }>()
  const { remember, forget } = useFocusBack(asked !== undefined)
  const start = useCallback<KeyActions['start']>(
    (action, key) => {
      remember()
      setAsked({ action, key })
    },
    [remember],
  )

  const actionsOf = useCallback<KeyActions['actionsOf']>(
    (key) => {
      const reason = roleNeededText('editor')
      const act = (label: string, action: KeyAction, more: Partial<RowAction> = {}) => ({
        ...{ label, onClick: () => start(action, key), isDisabled: !may, reason },
        ...more,
      })
      return [
        {
          ...{ label: 'Edit', isDisabled: !may, reason },
          onClick: () => void navigate(places.editKey(scope, key.name)),
        },
        act('Rotate', 'rotate'),
        key.disabled ? act('Enable', 'enable') : act('Disable', 'disable'),
        act('Delete', 'delete', { isDangerous: true }),
      ]
    },
    [may, navigate, scope, start],
  )
  const close = useCallback(() => setAsked(undefined), [])
  const gone = useCallback(() => {
    forget()
    onGone?.()
  }, [forget, onGone])
  const dialogs = asked !== undefined && (
    <Dialog action={asked.action} apiKey={asked.key} onClose={close} onGone={gone} />
  )
  return { start, actionsOf, dialogs, ahead }
}
