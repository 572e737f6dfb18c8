import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { FunctionVersionSummarySerializer } from '../../../src/client/types.ts'
import { useMay } from '../app/may.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { type ListParams, useListParams } from '../ui/list-params.ts'
import { NeedsRole } from '../ui/needs-role.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Empty } from '../ui/states.tsx'
import { TimeText } from '../ui/time-text.tsx'
import { VersionDifferences } from './versions-differences.tsx'
import { versionsQuery } from './versions-query.ts'
import { RollBack } from './versions-roll-back.tsx'

type Version = FunctionVersionSummarySerializer
const PAGE = 20

export function Component() {
  return useMay('viewer') ? <Versions /> : <NeedsRole least="viewer" />
}

/** What was deployed, who did it, what serves; two of them beside each other; one before back to work. */
function Versions() {
  const scope = useScope()
  const name = useFunctionName()
  const params = useListParams(PAGE)
  const mayEdit = useMay('editor')
  const [rollingBackTo, setRollingBackTo] = useState<number>()
  const { chosen, choose, show } = useChosen(params)
  const [from, to] = chosen
  const { data, error, refetch } = useQuery(
    versionsQuery(scope, name, { offset: params.offset, limit: PAGE }),
  )

  return (
    <Stack>
      {data !== undefined && data.count > 1 && (
        <Text size="sm" c="dimmed">
          Tick two versions to see what differs. The newest 20 are kept with what was built, unless
          the server’s settings say otherwise.
        </Text>
      )}
      <DataTable
        label="Versions"
        columns={columns(chosen, choose)}
        rows={data?.results}
        rowId={({ number }) => number}
        error={error}
        onRetry={refetch}
        {...(data && { total: data.count })}
        page={params.page}
        pageSize={PAGE}
        onPage={(page) => params.set({ page })}
        empty={
          <Empty title="There are no versions yet">
            The first one is there when a build has succeeded.
          </Empty>
        }
        rowActions={(row) => (
          <RowMenu
            name={`version ${row.number}`}
            actions={[
              ...(row.number > 1
                ? [
                    {
                      label: 'Compare with the one before',
                      onClick: () => show([row.number - 1, row.number]),
                    },
                  ]
                : []),
              ...(mayEdit && !row.is_current
                ? [{ label: 'Roll back to it', onClick: () => setRollingBackTo(row.number) }]
                : []),
            ]}
          />
        )}
      />
      {from !== undefined && to !== undefined && (
        <section aria-label="Differences">
          <Group justify="space-between" mb="sm">
            <Text component="h2" fw={700}>
              From version {from} to version {to}
            </Text>
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => show([])}>
                Close
              </Button>
            </Group>
          </Group>
          <VersionDifferences scope={scope} name={name} from={from} to={to} />
        </section>
      )}
      {rollingBackTo !== undefined && (
        <RollBack number={rollingBackTo} onClose={() => setRollingBackTo(undefined)} />
      )}
    </Stack>
  )
}

/** The versions that are ticked, two at most; the page's address has them too, a moment later. */
function useChosen(params: ListParams) {
  const inAddress = params.get('compare')
  const [chosen, setChosen] = useState(() => numbersOf(inAddress))
  useEffect(() => setChosen(numbersOf(inAddress)), [inAddress])
  const show = (numbers: readonly number[]) => {
    const next = [...numbers].sort((a, b) => a - b)
    setChosen(next)
    params.set({ compare: next.join('-'), page: params.page })
  }
  const choose = (number: number, isChosen: boolean) =>
    show(isChosen ? [...chosen, number].slice(-2) : chosen.filter((one) => one !== number))
  return { chosen, choose, show }
}

/** `3-7` */
function numbersOf(text: string): number[] {
  return text
    .split('-')
    .map(Number)
    .filter((number) => Number.isInteger(number) && number > 0)
    .slice(0, 2)
}

function columns(
  chosen: readonly number[],
  choose: (number: number, isChosen: boolean) => void,
): Column<Version>[] {
  return [
    {
      id: 'number',
      header: 'Version',
      cell: ({ number, is_current: isCurrent }) => (
        <Group gap="xs" wrap="nowrap">
          <Checkbox
            aria-label={`Compare version ${number}`}
            label={number}
            checked={chosen.includes(number)}
            onChange={(event) => choose(number, event.currentTarget.checked)}
          />
          {isCurrent && (
            <Badge variant="light" color="green" tt="none">
              Serves
            </Badge>
          )}
        </Group>
      ),
    },
    { id: 'when', header: 'Deployed', cell: (row) => <TimeText time={row.created_at} /> },
    { id: 'who', header: 'By', cell: (row) => row.token_name || 'Latchkey itself' },
    { id: 'what', header: 'What', cell: whatText },
    { id: 'flavor', header: 'Flavor', cell: (row) => row.flavor, from: 'md' },
    { id: 'runtime', header: 'Runtime', cell: (row) => row.runtime, from: 'md' },
  ]
}

function whatText({ number, rolled_back_to: rolledBackTo }: Version): string {
  if (rolledBackTo !== null) return `Rolled back to version ${rolledBackTo}`
  return number === 1 ? 'First version' : 'Deployed'
}
