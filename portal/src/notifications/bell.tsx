import { ActionIcon, Box, Indicator, Popover, VisuallyHidden } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { FetchedPart } from '../app/fetched-part.tsx'
import { useMaySomewhere } from '../app/may.ts'
import { LoadingRows } from '../ui/states.tsx'
import { bellQuery, useMarked } from './notification-queries.ts'

const BellContent = lazy(() => import('./bell-content.tsx'))

const COUNT_MAX = 99

/** How much was not read, and the newest of it. */
export function Bell() {
  const isShown = useMaySomewhere('viewer')
  const query = useQuery({ ...bellQuery, enabled: isShown })
  const data = useMarked(query.data)
  const [isOpen, setOpen] = useState(false)
  const said = useNews(data?.results[0])
  const unread = data?.unread ?? 0
  if (!isShown) return null
  return (
    <>
      <Popover
        opened={isOpen}
        onChange={setOpen}
        position="bottom-end"
        width="min(400px, calc(100vw - 24px))"
        shadow="md"
        trapFocus
        returnFocus
        withinPortal
      >
        <Indicator
          label={unread > COUNT_MAX ? `${COUNT_MAX}+` : unread}
          disabled={unread === 0}
          size={16}
          offset={6}
          color="red.9"
          zIndex={1}
          // The button says it.
          attributes={{ indicator: { 'aria-hidden': true } }}
        >
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
              onClick={() => setOpen(!isOpen)}
            >
              <IconBell size={20} aria-hidden />
            </ActionIcon>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown p={0} aria-label="Notifications">
          <FetchedPart what="The list of notifications">
            <Suspense
              fallback={
                <Box p="md">
                  <LoadingRows rows={3} />
                </Box>
              }
            >
              <BellContent onClose={() => setOpen(false)} />
            </Suspense>
          </FetchedPart>
        </Popover.Dropdown>
      </Popover>
      <VisuallyHidden aria-live="polite">{said}</VisuallyHidden>
    </>
  )
}

/** The newest, once it is newer than what was there when the page was opened. */
function useNews(newest: { readonly id: number; readonly title: string } | undefined): string {
  const known = useRef<number>(undefined)
  const [said, say] = useState('')
  useEffect(() => {
    if (newest === undefined) return
    if (known.current !== undefined && newest.id > known.current) {
      say(`New notification: ${newest.title}`)
    }
    known.current = newest.id
  }, [newest])
  return said
}
