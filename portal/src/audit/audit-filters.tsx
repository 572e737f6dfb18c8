import { Button, Group, Select, SimpleGrid, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useProjectNames } from '../operators/project-names.ts'
import { ACTION_CHOICES } from './action-choices.ts'
import { type AuditParams, NO_FILTERS } from './audit-params.ts'

export interface AuditFiltersProps {
  readonly filters: AuditParams
  /** Those that there are to choose from; fewer than two are no choice. */
  readonly projects: readonly number[]
  readonly onChange: (filters: AuditParams) => void
}

export function AuditFiltersForm({ filters, projects, onChange }: AuditFiltersProps) {
  const [typed, setTyped] = useState(filters)
  const projectName = useProjectNames()
  const set = (changes: Partial<AuditParams>) => setTyped({ ...typed, ...changes })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange(typed)
  }
  return (
    <form onSubmit={submit} aria-label="Filter the audit log">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        <TextInput
          label="Who"
          placeholder="ann@example.com"
          description="An e-mail address, or the name of an API token"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={typed.actor}
          onChange={(event) => set({ actor: event.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
        />
        <Select
          label="Action"
          placeholder="All actions"
          data={ACTION_CHOICES}
          value={typed.action === '' ? null : typed.action}
          onChange={(action) => set({ action: action ?? '' })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'All actions' }}
          nothingFoundMessage="No such action"
        />
        <TextInput
          label="Object"
          placeholder="partner"
          description="Its whole name"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={typed.object}
          onChange={(event) => set({ object: event.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
        />
        <Moment label="From" value={typed.from} onChange={(from) => set({ from })} />
        <Moment label="To" value={typed.to} onChange={(to) => set({ to })} />
        {projects.length > 1 && (
          <Select
            label="Project"
            placeholder="All projects"
            data={projects.map((id) => ({ value: String(id), label: projectName(id) }))}
            value={typed.project === '' ? null : typed.project}
            onChange={(project) => set({ project: project ?? '' })}
            clearable
            clearButtonProps={{ 'aria-label': 'All projects' }}
          />
        )}
      </SimpleGrid>
      <Group mt="sm" mb="md">
        <Button type="submit" variant="light">
          Filter
        </Button>
        <Button
          variant="default"
          onClick={() => {
            setTyped(NO_FILTERS)
            onChange(NO_FILTERS)
          }}
        >
          Show everything
        </Button>
      </Group>
    </form>
  )
}

/** In the reader's zone; kept as RFC 3339. */
function Moment({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const [text, setText] = useState(() => localText(value))
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    setShown(value)
    setText(localText(value))
  }
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      value={text}
      onChange={({ currentTarget }) => {
        const moment = momentOf(currentTarget.value)
        setText(currentTarget.value)
        setShown(moment)
        onChange(moment)
      }}
    />
  )
}

function momentOf(text: string): string {
  const at = new Date(text)
  return text === '' || Number.isNaN(at.getTime()) ? '' : `${at.toISOString().slice(0, 19)}Z`
}

/** As the browser's field has it. */
function localText(moment: string): string {
  const at = new Date(moment)
  if (moment === '' || Number.isNaN(at.getTime())) return ''
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
