import { Stack, Text, Title } from '@mantine/core'
import { type ComponentType, useRef, useState } from 'react'
import { AddButton } from '../ui/add-button.tsx'
import { type Environment, type Fault, nextId } from './environment.ts'
import { PlainValue, type RowProps, SecretValue } from './environment-rows.tsx'

export interface EnvironmentFieldsProps {
  readonly environment: Environment
  /** What is said at rows, by their ids. */
  readonly faults: ReadonlyMap<number, Fault>
  /** Whom the values reach: `the functions`. */
  readonly reached: string
  readonly onChange: (environment: Environment) => void
}

/** Plain and secret values, in rows that can be added, changed and removed. */
export function EnvironmentFields(props: EnvironmentFieldsProps) {
  const { environment, faults, reached, onChange } = props
  const list = { faults, newId: nextId(environment) }
  return (
    <Stack>
      <Title order={3} size="h5">
        Plain values
      </Title>
      <Values
        {...list}
        rows={environment.plain}
        Row={PlainValue}
        blank={{ value: '' }}
        label="Add a plain value"
        onChange={(plain) => onChange({ ...environment, plain })}
      />
      <Title order={3} size="h5">
        Secret values
      </Title>
      <Text size="sm" c="dimmed">
        They are kept sealed, reach {reached}, and are shown nowhere again: not here either.
      </Text>
      <Values
        {...list}
        rows={environment.secret}
        Row={SecretValue}
        blank={{ value: '', isNew: true }}
        label="Add a secret value"
        onChange={(secret) => onChange({ ...environment, secret })}
      />
    </Stack>
  )
}

interface Valued {
  readonly id: number
  readonly name: string
  readonly value: string | null
}

interface ValuesProps<Row extends Valued> {
  readonly rows: readonly Row[]
  readonly Row: ComponentType<RowProps<Row>>
  /** A new row, but for its id and name. */
  readonly blank: Omit<Row, 'id' | 'name'>
  readonly newId: number
  readonly label: string
  readonly faults: ReadonlyMap<number, Fault>
  readonly onChange: (rows: readonly Row[]) => void
}

function Values<Row extends Valued>(props: ValuesProps<Row>) {
  const { rows, Row, newId, faults, label, onChange } = props
  // Whoever adds a row goes on in it, and does not lose the place by removing one.
  const [freshId, setFreshId] = useState<number>()
  const addRef = useRef<HTMLButtonElement>(null)
  const add = () => {
    setFreshId(newId)
    onChange([...rows, newRow(props.blank, newId, '')])
  }
  return (
    <>
      {rows.length === 0 && <Text c="dimmed">There are none.</Text>}
      {rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          fault={faults.get(row.id)}
          isFresh={row.id === freshId}
          onChange={(next) => onChange(rows.map((one) => (one === row ? next : one)))}
          onRemove={() => {
            onChange(rows.filter((one) => one !== row))
            addRef.current?.focus()
          }}
          onPaste={(assigned) => onChange(withAssigned(props, row, assigned))}
        />
      ))}
      <AddButton ref={addRef} label={label} onClick={add} />
    </>
  )
}

/** Where a name is there already it gets the value; the row that was pasted into gives way if it is blank. */
function withAssigned<Row extends Valued>(
  { rows, blank, newId }: Pick<ValuesProps<Row>, 'rows' | 'blank' | 'newId'>,
  at: Row,
  assigned: readonly (readonly [name: string, value: string])[],
): Row[] {
  const isBlank = at.name === '' && at.value === ''
  const kept = isBlank ? rows.filter((row) => row !== at) : rows
  const values = new Map(assigned)
  const names = [...values.keys()].filter((name) => !kept.some((row) => row.name === name))
  const firstId = isBlank ? at.id : newId
  return [
    ...kept.map((row) => (values.has(row.name) ? { ...row, value: values.get(row.name)! } : row)),
    ...names.map((name, index) => ({
      ...newRow(blank, index === 0 ? firstId : newId + index, name),
      value: values.get(name)!,
    })),
  ]
}

function newRow<Row extends Valued>(blank: Omit<Row, 'id' | 'name'>, id: number, name: string) {
  return { ...blank, id, name } as Row
}
