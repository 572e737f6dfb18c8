import { Checkbox, Text } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { counted } from '../ui/counted.ts'
import type { AccessIndex, AccessRow, Checked } from './access-rows.ts'
import classes from './access-tree.module.css'
import { treeStep } from './access-tree-keys.ts'

const LINE_PX = 36
const OVERSCAN = 8

export interface AccessTreeProps {
  readonly label: string
  readonly rows: readonly AccessRow[]
  readonly index: AccessIndex
  readonly onOpen: (namespaces: readonly string[], isOpen: boolean) => void
  readonly onToggle: (row: AccessRow) => void
}

/** A tree of thousands of lines, of which those in sight are drawn; the keyboard works as WAI-ARIA says. */
export function AccessTree({ label, rows, index, onOpen, onToggle }: AccessTreeProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string>()
  const found = rows.findIndex((row) => row.id === activeId)
  const active = found === -1 ? 0 : found
  const typed = useRef({ text: '', atMs: 0 })
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN,
    getItemKey: (i) => rows[i]?.id ?? i,
    // What has the focus must be there to be read out, even when it is scrolled away.
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), active])]
        .filter((i) => i < rows.length)
        .sort((a, b) => a - b),
  })
  const moveTo = (i: number) => {
    setActiveId(rows[i]?.id)
    virtual.scrollToIndex(i)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = treeStep(event, rows, active, typed.current)
    if (step === undefined) return
    event.preventDefault()
    if (step.kind === 'move') moveTo(step.to)
    else if (step.kind === 'toggle') onToggle(rows[active]!)
    else onOpen(step.namespaces, step.isOpen)
  }
  const lineId = (i: number) => `${id}-${i}`
  return (
    <div
      ref={box}
      className={classes.tree}
      style={{ height: rows.length * LINE_PX + 2 }}
      role="tree"
      aria-label={label}
      aria-multiselectable="true"
      tabIndex={0}
      aria-activedescendant={rows.length === 0 ? undefined : lineId(active)}
      onKeyDown={onKeyDown}
    >
      <div className={classes.lines} role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index: i, start, key }) => (
          <Line
            key={key}
            id={lineId(i)}
            row={rows[i]!}
            index={index}
            start={start}
            isActive={i === active}
            onOpen={onOpen}
            onToggle={(row) => {
              setActiveId(row.id)
              onToggle(row)
            }}
          />
        ))}
      </div>
    </div>
  )
}

interface LineProps extends Pick<AccessTreeProps, 'index' | 'onOpen' | 'onToggle'> {
  readonly id: string
  readonly row: AccessRow
  readonly start: number
  readonly isActive: boolean
}

function Line({ id, row, index, start, isActive, onOpen, onToggle }: LineProps) {
  const checked = index.checked(row)
  const isOpen = row.kind === 'namespace' ? row.isOpen : undefined
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus, and says which line is active
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      id={id}
      className={classes.line}
      role="treeitem"
      aria-level={row.level}
      aria-setsize={row.setSize}
      aria-posinset={row.position}
      aria-checked={ariaChecked(checked)}
      aria-expanded={isOpen}
      aria-disabled={checked === 'inherited' || undefined}
      data-level={row.level}
      data-active={isActive || undefined}
      style={{ height: LINE_PX, transform: `translateY(${start}px)` }}
      onClick={() => onToggle(row)}
    >
      {row.kind === 'namespace' && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys do the same
        // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys do the same
        <span
          className={classes.arrow}
          data-open={isOpen || undefined}
          onClick={(event) => {
            if (isOpen === undefined) return
            event.stopPropagation()
            onOpen([row.namespace], !isOpen)
          }}
        >
          {isOpen !== undefined && <IconChevronRight size={16} aria-hidden />}
        </span>
      )}
      <Checkbox.Indicator
        size="xs"
        checked={checked === 'yes' || checked === 'inherited'}
        indeterminate={checked === 'some'}
        disabled={checked === 'inherited'}
        aria-hidden
      />
      <Text
        component="span"
        size="sm"
        className={classes.name ?? ''}
        {...(row.kind === 'namespace' && { fw: 600 })}
        {...(row.kind === 'every' && { fs: 'italic' })}
      >
        {nameOf(row)}
      </Text>
      <Text component="span" size="xs" c="dimmed" className={classes.note ?? ''}>
        {noteOf(row, checked, index)}
      </Text>
    </div>
  )
}

function nameOf(row: AccessRow): string {
  if (row.kind === 'namespace') return row.namespace
  if (row.kind === 'function') return row.name
  return row.isPart
    ? `These ${row.names.length.toLocaleString('en')} by name`
    : `All ${row.names.length.toLocaleString('en')} by name`
}

function noteOf(row: AccessRow, checked: Checked, index: AccessIndex): string {
  if (checked === 'inherited') return 'with its namespace'
  if (row.kind !== 'namespace') return ''
  if (checked === 'yes') return 'whole namespace'
  const chosen = index.byName(row.namespace)
  if (row.total === 0) return 'no functions yet'
  return chosen === 0
    ? counted(row.total, 'function')
    : `${chosen} of ${counted(row.total, 'function')}`
}

function ariaChecked(checked: Checked): boolean | 'mixed' {
  return checked === 'some' ? 'mixed' : checked !== 'no'
}
