import { Button, Group, SegmentedControl, Text, Tooltip } from '@mantine/core'
import type { Draft } from './code-draft.ts'

/** `theirs`: what somebody else has saved meanwhile, beside what is written here. */
export type CodeView = 'edit' | 'differences' | 'theirs'

export interface CodeBarProps {
  readonly view: CodeView
  readonly onView: (view: CodeView) => void
  readonly draft: Draft
  /** Files of it that differ from what is saved. */
  readonly changedCount: number
  readonly action: 'Deploy' | 'Build again'
  readonly canDeploy: boolean
  readonly isPending: boolean
  readonly onDeploy: () => void
}

/** What is shown of the code, what has been changed in it, and what becomes of that. */
export function CodeBar(props: CodeBarProps) {
  const { view, onView, draft, canDeploy, isPending, onDeploy } = props
  return (
    <Group justify="space-between" gap="xs">
      <SegmentedControl<CodeView>
        aria-label="What is shown"
        value={view}
        onChange={onView}
        data={[
          { value: 'edit', label: 'Edit' },
          { value: 'differences', label: 'Differences' },
        ]}
      />
      <Group gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {draft.isDirty ? changedText(props.changedCount, draft) : 'No changes'}
        </Text>
        <Button variant="default" disabled={!draft.isDirty} onClick={draft.takeSaved}>
          Discard changes
        </Button>
        <Tooltip label="Ctrl+S">
          <Button
            onClick={onDeploy}
            loading={isPending}
            disabled={!canDeploy}
            aria-keyshortcuts="Control+S Meta+S"
          >
            {props.action}
          </Button>
        </Tooltip>
      </Group>
    </Group>
  )
}

function changedText(count: number, { base, source }: Draft): string {
  const files = count === 1 ? '1 file changed' : `${count} files changed`
  const method = base.fn.main_method === source.main_method ? '' : 'main method changed'
  return [count > 0 ? files : '', method].filter((text) => text !== '').join(', ')
}
