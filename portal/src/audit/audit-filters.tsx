import { Button, Group, Select, SimpleGrid, TextInput, type TextInputProps } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useProjectNames } from '../operators/project-names.ts'
import { ACTION_CHOICES } from './action-choices.ts'
import { type AuditParams, NAMES, NO_FILTERS } from './audit-params.ts'
import { MomentInput } from './moment-input.tsx'

export interface AuditFiltersProps {
  readonly filters: AuditParams
  /** Those that there are to choose from; fewer than two are no choice. */
  readonly projects: readonly number[]
  readonly onChange: (filters: AuditParams) => void
}

export function AuditFiltersForm({ filters, projects, onChange }: AuditFiltersProps) {
  const [typed, setTyped] = useState(filters)
  const [asked, setAsked] = useState(filters)
  if (NAMES.some((name) => asked[name] !== filters[name])) {
    setAsked(filters)
    setTyped(filters)
  }
  const projectName = useProjectNames()
  const set = (changes: Partial<AuditParams>) => setTyped({ ...typed, ...changes })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange(typed)
  }
  return (
    <form onSubmit={submit} aria-label="Filter the audit log">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        <NameInput
          label="Who"
          placeholder="ann@example.com"
          description="An e-mail address, or the name of an API token"
          value={typed.actor}
          onChange={(actor) => set({ actor })}
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
        <NameInput
          label="Object"
          placeholder="partner"
          description="Its whole name"
          value={typed.object}
          onChange={(object) => set({ object })}
        />
        <MomentInput label="From" value={typed.from} onChange={(from) => set({ from })} />
        <MomentInput label="To" value={typed.to} onChange={(to) => set({ to })} />
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
            // What was typed and not asked for goes too.
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

/** Compared as a whole, whoever or whatever it names. */
function NameInput({
  onChange,
  ...props
}: Pick<TextInputProps, 'label' | 'placeholder' | 'description' | 'value'> & {
  readonly onChange: (value: string) => void
}) {
  return (
    <TextInput
      {...props}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
