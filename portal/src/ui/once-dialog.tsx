import { FocusTrap, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { LeaveGuard } from './leave-guard.tsx'
import { ShownOnce } from './shown-once.tsx'

export interface OnceDialogProps {
  readonly opened: boolean
  readonly title: string
  /** What it ends with: `API token`. */
  readonly what: string
  /** While it is shown; `Keep the API token` unless told. */
  readonly shownTitle?: string
  /** What it is for, below it. */
  readonly note: ReactNode
  readonly onClose: () => void
  /** What is asked first: it hands on the secret, or closes where there is none. */
  readonly children: (onMade: (secret: string) => void, close: () => void) => ReactNode
}

/** Asks for something, then shows the secret of it once: that is not left by accident. */
export function OnceDialog(props: OnceDialogProps) {
  const { opened, title, what, shownTitle = `Keep the ${what}`, note, onClose, children } = props
  // The one place where it is: what a mutation returns would be kept in a cache.
  // With the title of what it was made for: it may come when another thing is asked already.
  const [shown, setShown] = useState<{ readonly secret: string; readonly title: string }>()
  const isShown = shown !== undefined
  const close = () => {
    setShown(undefined)
    onClose()
  }
  return (
    <>
      <Modal
        // What comes after it was closed is shown all the same: there is no other time.
        opened={opened || isShown}
        onClose={close}
        title={isShown ? shown.title : title}
        withCloseButton={!isShown}
        closeOnEscape={!isShown}
        closeOnClickOutside={!isShown}
      >
        {isShown ? (
          // What had the focus has gone with the form.
          <FocusTrap>
            <div>
              <ShownOnce what={what} secret={shown.secret} onClose={close}>
                {note}
              </ShownOnce>
            </div>
          </FocusTrap>
        ) : (
          children((secret) => setShown({ secret, title: shownTitle }), close)
        )}
      </Modal>
      {isShown && shown.secret !== '' && (
        <LeaveGuard isDirty title={`Leave without the ${what}?`}>
          It is shown here once. If it is not kept, there is no way to see it again.
        </LeaveGuard>
      )}
    </>
  )
}
