import {
  ActionIcon,
  Badge,
  Button,
  Code,
  Collapse,
  Group,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core'
import { IconFilter, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { formatFunctionName } from '../../../src/domain/names.ts'
import { counted } from '../ui/counted.ts'
import {
  type Access,
  type Grant,
  grantId,
  grantsOf,
  isLimited,
  limitsText,
  withLimits,
  without,
} from './access.ts'
import classes from './access-chosen.module.css'
import { LimitsFields } from './access-limits.tsx'

const SHOWN_FIRST = 20
const SHOWN_MORE = 100

export interface AccessChosenProps {
  readonly access: Access
  readonly onChange: (access: Access) => void
  /** Whether what is granted is there; undefined while that is not known. */
  readonly isThere: ((grant: Grant) => boolean) | undefined
}

/** What the key opens, one line a grant, each of which can be limited or taken away. */
export function AccessChosen({ access, onChange, isThere }: AccessChosenProps) {
  const [shown, setShown] = useState(SHOWN_FIRST)
  const grants = grantsOf(access)
  return (
    <>
      <Stack component="ul" gap={0} className={classes.list ?? ''} aria-label="What the key opens">
        {grants.slice(0, shown).map((grant) => (
          <Line
            key={grantId(grant)}
            grant={grant}
            isMissing={isThere !== undefined && !isThere(grant)}
            onLimits={(limits) => onChange(withLimits(access, grant, limits))}
            onRemove={() => onChange(without(access, grant))}
          />
        ))}
      </Stack>
      {grants.length > shown && (
        <Group gap="xs" mt="xs">
          <Text size="sm" c="dimmed">
            {shown} of {counted(grants.length, 'grant')}
          </Text>
          <Button size="compact-sm" variant="subtle" onClick={() => setShown(shown + SHOWN_MORE)}>
            Show more
          </Button>
        </Group>
      )}
    </>
  )
}

interface LineProps {
  readonly grant: Grant
  readonly isMissing: boolean
  readonly onLimits: Parameters<typeof LimitsFields>[0]['onChange']
  readonly onRemove: () => void
}

function Line({ grant, isMissing, onLimits, onRemove }: LineProps) {
  const [isOpen, setOpen] = useState(false)
  const name = grant.kind === 'namespace' ? grant.name : formatFunctionName(grant)
  return (
    <li className={classes.line}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <div className={classes.what}>
          <Group gap="xs">
            <Code className={classes.name ?? ''}>{name}</Code>
            {grant.kind === 'namespace' && (
              <Badge variant="default" size="sm" tt="none" fw={500}>
                whole namespace
              </Badge>
            )}
          </Group>
          {(isLimited(grant) || isMissing) && (
            <Text size="xs" c={isMissing ? 'red' : 'dimmed'} className={classes.limits ?? ''}>
              {isMissing ? 'It does not exist any more.' : limitsText(grant)}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          <Tooltip label={isOpen ? 'Hide the limits' : 'Limit methods and paths'}>
            <ActionIcon
              variant={isLimited(grant) ? 'light' : 'subtle'}
              {...(!isLimited(grant) && { color: 'gray' })}
              aria-label={`Limit methods and paths of ${name}`}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              <IconFilter size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Take away">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Take ${name} away`}
              onClick={onRemove}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Collapse expanded={isOpen}>
        {isOpen && (
          <div className={classes.fields}>
            <LimitsFields of={name} limits={grant} onChange={onLimits} />
          </div>
        )}
      </Collapse>
    </li>
  )
}
