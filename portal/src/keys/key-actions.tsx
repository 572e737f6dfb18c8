import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { FaasApiKeySerializer } from '../../../src/client/types.ts'
import { roleNeededText, useMay } from '../app/may.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import type { RowAction } from '../ui/row-menu.tsx'
import { DeleteKey } from './delete-key.tsx'
import { SwitchKey } from './disable-key.tsx'
import { useFocusBack } from './key-focus.ts'
import { RotateKey } from './rotate-key.tsx'

export type KeyAction = 'rotate' | 'disable' | 'enable' | 'delete'

export interface KeyActions {
  readonly start: (action: KeyAction, key: FaasApiKeySerializer) => void
  /** For a `RowMenu`: Edit, Rotate, Disable or Enable, Delete. */
  readonly actionsOf: (key: FaasApiKeySerializer) => readonly RowAction[]
  /** To be put into the page once. */
  readonly dialogs: ReactNode
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
  const dialogs = useMemo(() => {
    if (asked === undefined) return null
    const { action, key } = asked
    switch (action) {
      case 'rotate':
        return <RotateKey apiKey={key} onClose={close} />
      case 'disable':
      case 'enable':
        return <SwitchKey apiKey={key} isOn={action === 'enable'} onClose={close} />
      case 'delete':
        return <DeleteKey apiKey={key} onClose={close} onGone={gone} />
    }
  }, [asked, close, gone])
  return { start, actionsOf, dialogs }
}
