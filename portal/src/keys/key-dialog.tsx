import { DeleteKey, type KeyDialogProps } from './delete-key.tsx'
import { SwitchKey } from './disable-key.tsx'
import { EndRotation } from './rotate-end.tsx'
import { RotateKey } from './rotate-key.tsx'

export type KeyAction = 'rotate' | 'finish' | 'cancel' | 'disable' | 'enable' | 'delete'

export interface AskedKeyDialogProps extends KeyDialogProps {
  readonly action: KeyAction
  /** After the key was deleted. */
  readonly onGone: () => void
}

/** What asks before a key is changed by a click: one module, which is fetched when it is wanted. */
export function KeyDialog({ action, onGone, ...props }: AskedKeyDialogProps) {
  switch (action) {
    case 'rotate':
      return <RotateKey {...props} />
    case 'finish':
    case 'cancel':
      return <EndRotation {...props} isFinish={action === 'finish'} />
    case 'disable':
    case 'enable':
      return <SwitchKey {...props} isOn={action === 'enable'} />
    case 'delete':
      return <DeleteKey {...props} onGone={onGone} />
  }
}
