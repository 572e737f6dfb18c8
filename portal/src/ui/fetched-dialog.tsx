import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { type ComponentType, useEffect, useState } from 'react'
import { ErrorNote } from './states.tsx'
import { useIsHere } from './use-is-here.ts'

/** Shorter than this nobody sees that the dialog was not there at once. */
const SHOWN_AFTER_MS = 80

export interface FetchedDialog<Props> {
  readonly Dialog: ComponentType<Props>
  /** For an element around what opens it: the pointer, or the keyboard, comes before the press. */
  readonly ahead: { readonly onPointerEnter: () => void; readonly onFocus: () => void }
}

/**
 * A dialog that is no part of the page's first load. Where it does not come, this is said in its place:
 * browsers keep what failed for as long as a page lasts, so the way on is to load the page again.
 */
export function fetchedDialog<Props extends { readonly onClose: () => void }>(
  load: () => Promise<ComponentType<Props>>,
): FetchedDialog<Props> {
  let Loaded: ComponentType<Props> | undefined
  let loading: Promise<void> | undefined
  const fetchOnce = () => {
    loading ??= load()
      .then((loaded) => {
        Loaded = loaded
      })
      .catch((error) => {
        loading = undefined
        throw error
      })
    return loading
  }
  function Dialog(props: Props) {
    const [state, setState] = useState<'asked' | 'there' | 'failed'>('asked')
    useEffect(() => {
      let isWanted = true
      const ended = (state: 'there' | 'failed') => () => isWanted && setState(state)
      fetchOnce().then(ended('there'), ended('failed'))
      return () => {
        isWanted = false
      }
    }, [])
    if (Loaded !== undefined) return <Loaded {...props} />
    if (state !== 'failed') return <Awaited onClose={props.onClose} />
    return <NotFetched onClose={props.onClose} />
  }
  // Whoever opens it is told that it cannot be fetched; nobody has yet.
  const fetchAhead = () => void fetchOnce().catch(() => undefined)
  return { Dialog, ahead: { onPointerEnter: fetchAhead, onFocus: fetchAhead } }
}

function Awaited({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title="One moment"
      transitionProps={{ enterDelay: SHOWN_AFTER_MS }}
    >
      <Group role="status">
        <Loader size="sm" aria-hidden />
        <Text>It is being fetched.</Text>
      </Group>
    </Modal>
  )
}

function NotFetched({ onClose }: { readonly onClose: () => void }) {
  const isHere = useIsHere()
  const [state, setState] = useState<'told' | 'asking' | 'silent'>('told')
  const loadAgain = async () => {
    setState('asking')
    try {
      // Without a server there would be no page at all.
      await fetch(window.location.href, { method: 'HEAD', cache: 'no-store' })
      // Who has closed this has something to keep yet.
      if (isHere()) window.location.reload()
    } catch {
      setState('silent')
    }
  }
  return (
    <Modal opened onClose={onClose} title="This cannot be shown yet">
      <Stack>
        <ErrorNote
          error={undefined}
          title="It could not be fetched: the server does not answer, or it has been renewed."
        >
          Keep what you have typed, then load the page again.
        </ErrorNote>
        <Text role="status">{state === 'silent' && 'The server does not answer yet.'}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button loading={state === 'asking'} onClick={() => void loadAgain()} data-autofocus>
            Load the page again
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
