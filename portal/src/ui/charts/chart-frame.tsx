import { Group, Switch, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useId, useState } from 'react'
import classes from './charts.module.css'
import { stepText } from './scale.ts'
import type { ChartData } from './series.ts'

export interface ChartFrameProps extends ChartData {
  readonly title: string
  /** Of the title; 2 unless told. */
  readonly order?: 2 | 3 | 4
  /** What the chart says, in a sentence: it is what those hear who do not see it. */
  readonly summary: string
  readonly children: ReactNode
}

/** A chart with its title and its sentence, or the same as a table. */
export function ChartFrame(props: ChartFrameProps) {
  const { title, order = 2, summary, children } = props
  const [isTable, setIsTable] = useState(false)
  const titleId = useId()
  return (
    <section className={classes.frame} aria-labelledby={titleId}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Title id={titleId} order={order} size="h5">
          {title}
        </Title>
        <Switch
          size="xs"
          label="As a table"
          aria-label={`${title} as a table`}
          checked={isTable}
          onChange={(event) => setIsTable(event.currentTarget.checked)}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {summary}
      </Text>
      {isTable ? <ChartTable {...props} /> : children}
    </section>
  )
}

/** The newest first, without the steps in which nothing was. */
function ChartTable({ title, points, series, stepMs, format }: ChartFrameProps) {
  const rangeMs = points.length * stepMs
  const rows = points.filter(({ values }) => values.some((value) => value !== null && value !== 0))
  if (rows.length === 0) return <Text size="sm">There is nothing to list.</Text>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={classes.scroll} aria-label={`${title}, table`} tabIndex={0}>
      <Table striped withTableBorder stickyHeader fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Time</Table.Th>
            {series.map(({ id, label }) => (
              <Table.Th key={id} scope="col" ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.toReversed().map(({ atMs, values }) => (
            <Table.Tr key={atMs}>
              <Table.Th scope="row" fw={400}>
                {stepText(atMs, stepMs, rangeMs)}
              </Table.Th>
              {series.map(({ id }, i) => (
                <Table.Td key={id} ta="right">
                  {values[i] === null || values[i] === undefined ? '—' : format(values[i])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}
