import { Text, UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useRef } from 'react'
import type { LogRow } from './log-lines.ts'
import classes from './log-rows.module.css'

export interface LogRowsProps {
  readonly rows: readonly LogRow[]
  readonly wraps: boolean
  /** Whether the newest is to be kept in sight. */
  readonly follows: boolean
  /** Whoever scrolls up wants to read; at the end again, to follow. */
  readonly onFollows: (follows: boolean) => void
  readonly onRequest: (requestId: string) => void
}

const ROW_PX = 26
/** So near the end counts as the end. */
const NEAR_PX = 40
/** Scrolling goes on so long after a hand has left. */
const MOVING_MS = 1_000
const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
})
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

/** Lines of a log; only those in sight are drawn. */
export function LogRows({ rows, wraps, follows, onFollows, onRequest }: LogRowsProps) {
  const frame = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 20,
  })
  useFollowing(frame, [rows, wraps, virtualizer.getTotalSize()], follows)
  const reader = useReader()
  return (
    <div
      ref={frame}
      className={classes.frame}
      role="log"
      aria-live="off"
      aria-label="Lines"
      // It scrolls, so it must be reached without a mouse.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      {...reader.events}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < NEAR_PX) onFollows(true)
        // Rows that turn out higher than they were taken for move the end away too.
        else if (reader.hasMoved()) onFollows(false)
      }}
    >
      <div className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => (
          <div
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className={classes.place}
            style={{ transform: `translateY(${start}px)` }}
          >
            <Row row={rows[index]!} wraps={wraps} onRequest={onRequest} />
          </div>
        ))}
      </div>
    </div>
  )
}

/** Rows are measured when they are drawn, so the end moves on while it is sought. */
function useFollowing(
  frame: RefObject<HTMLDivElement | null>,
  shown: readonly unknown[],
  follows: boolean,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is shown moves the end
  useEffect(() => {
    if (!follows) return
    const toEnd = () => {
      const { current } = frame
      if (current !== null) current.scrollTop = current.scrollHeight
    }
    toEnd()
    const request = requestAnimationFrame(toEnd)
    return () => cancelAnimationFrame(request)
  }, [...shown, follows])
}

/** Whoever reads has just scrolled with their own hands. */
function useReader() {
  const movedAtMs = useRef(Number.NEGATIVE_INFINITY)
  const isHolding = useRef(false)
  const moves = () => {
    movedAtMs.current = performance.now()
  }
  const hold = (holds: boolean) => () => {
    isHolding.current = holds
    moves()
  }
  return {
    hasMoved: () => isHolding.current || performance.now() - movedAtMs.current < MOVING_MS,
    events: {
      onWheel: moves,
      onTouchMove: moves,
      onKeyDown: moves,
      // The bar at the side.
      onPointerDown: hold(true),
      onPointerUp: hold(false),
      onPointerCancel: hold(false),
    },
  }
}

function Row({
  row,
  wraps,
  onRequest,
}: {
  readonly row: LogRow
  readonly wraps: boolean
  readonly onRequest: (requestId: string) => void
}) {
  const { kind, time, stream, instance, version, requestId, text } = row
  if (kind === 'note') {
    return (
      <Text size="xs" className={classes.note!}>
        {text}
      </Text>
    )
  }
  const date = new Date(time)
  return (
    <div className={classes.row} data-stream={stream} data-wraps={wraps || undefined}>
      <time dateTime={time} title={`${DAY.format(date)}, ${time}`} className={classes.time}>
        {TIME.format(date)}
      </time>
      <span className={classes.stream}>{STREAMS[stream] ?? stream}</span>
      <span className={classes.from}>
        {instance}
        {version !== '' && ` v${version}`}
      </span>
      {requestId === '' ? (
        <span className={classes.request} />
      ) : (
        <UnstyledButton
          className={classes.request!}
          title={`Only lines of request ${requestId}`}
          aria-label={`${shortId(requestId)}: only lines of this request`}
          onClick={() => onRequest(requestId)}
        >
          {shortId(requestId)}
        </UnstyledButton>
      )}
      <span className={classes.text}>{text}</span>
    </div>
  )
}

/** As short as the words are told apart. */
const STREAMS: Readonly<Record<string, string>> = { stdout: 'out', stderr: 'ERR', system: 'sys' }

/** What differs between requests that come one after the other. */
function shortId(requestId: string): string {
  return requestId.slice(-10)
}
