import { Alert, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Scope } from '../../../src/domain/names.ts'
import { type Access, accessText, NO_ACCESS, opensNothing } from './access.ts'
import { AccessChoice } from './access-choice.tsx'
import { AccessChosen, type AccessChosenProps } from './access-chosen.tsx'
import { functionNamesQuery, thereOf } from './access-names.ts'

export interface AccessPickerProps {
  readonly scope: Scope
  readonly value: Access
  readonly onChange: (access: Access) => void
  /** What is wrong with it, in words. */
  readonly error?: string | undefined
}

/** What a key opens: functions by name, and whole namespaces. */
export function AccessPicker({ scope, value, onChange, error }: AccessPickerProps) {
  const names = useQuery(functionNamesQuery(scope))
  const isThere = useMemo(() => names.data && thereOf(names.data), [names.data])
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        Tick a namespace for all its functions, those of today and those to come, or open it and
        tick functions by name.
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <AccessChoice
          namespaces={names.data}
          fault={names.error}
          onRetry={() => void names.refetch()}
          value={value}
          onChange={onChange}
        />
        <Chosen access={value} onChange={onChange} isThere={isThere} />
      </SimpleGrid>
      {error !== undefined && (
        <Text size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  )
}

function Chosen({ access, onChange, isThere }: AccessChosenProps) {
  return (
    <Stack gap="xs">
      <Group justify="space-between" mih={36} gap="xs">
        <Text size="sm" role="status">
          The key opens <b>{accessText(access)}</b>.
        </Text>
        {!opensNothing(access) && (
          <Button size="compact-sm" variant="subtle" onClick={() => onChange(NO_ACCESS)}>
            Take all away
          </Button>
        )}
      </Group>
      {opensNothing(access) ? (
        <Alert color="gray" icon={<IconInfoCircle aria-hidden />}>
          Every call with it is answered 401 until it is given something to open.
        </Alert>
      ) : (
        <AccessChosen access={access} onChange={onChange} isThere={isThere} />
      )}
    </Stack>
  )
}
