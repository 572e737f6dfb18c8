import {
  Anchor,
  Button,
  CloseButton,
  Group,
  Loader,
  Paper,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { places } from '../app/places.ts'
import { useFunctionName, useScope } from '../app/scope.ts'
import { ErrorNote } from '../ui/states.tsx'
import { StatusBadge } from '../ui/status-badge.tsx'
import type { BuildOutput } from './build-follow.ts'
import classes from './build-panel.module.css'
import { nameOfPart } from './code-names.ts'
import { type FaultPlace, piecesOf } from './code-places.ts'
import type { Source } from './code-source.ts'
import { useTestSearch } from './use-test-search.ts'

export interface BuildPanelProps {
  readonly output: BuildOutput
  readonly source: Source
  readonly runtime: string
  /** What is so now, in words. */
  readonly outcome?: string | undefined
  readonly onPlace: (place: FaultPlace) => void
  /** The first place that a failed build names. */
  readonly fault?: FaultPlace
  readonly onHide: () => void
}

const WORDS: Readonly<Record<BuildOutput['status'], string>> = {
  pending: 'Waiting',
  building: 'Building',
  succeeded: 'Succeeded',
  failed: 'Failed',
  deleted: 'The function was deleted',
}

/** What a build says as it says it; places in it lead to the code. */
export function BuildPanel({
  output,
  source,
  runtime,
  outcome,
  onPlace,
  fault,
  onHide,
}: BuildPanelProps) {
  const { status, lines, hasEnded, error } = output
  const scope = useScope()
  const name = useFunctionName()
  const search = useTestSearch()
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest line is shown whenever one comes
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight })
  }, [lines.length])
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group gap="sm">
          <Title order={2} size="h5">
            Build
          </Title>
          <div role="status">
            <StatusBadge status={WORDS[status]} />
          </div>
          {!hasEnded && <Loader size="xs" aria-hidden />}
          {hasEnded && <CloseButton ml="auto" aria-label="Hide the build" onClick={onHide} />}
        </Group>
        {outcome !== undefined && <Text size="sm">{outcome}</Text>}
        {fault !== undefined && (
          <Group>
            <Button size="xs" variant="default" onClick={() => onPlace(fault)}>
              Go to line {fault.line} of {nameOfPart(fault.part, runtime, source.code_text)}
            </Button>
          </Group>
        )}
        {status === 'succeeded' && (
          <Group>
            <Button size="xs" component={Link} to={places.fn(scope, name, 'test') + search}>
              Test it
            </Button>
          </Group>
        )}
        {error !== undefined && <ErrorNote error={error} />}
        {lines.length > 0 && (
          <div
            ref={end}
            className={classes.lines}
            role="log"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
            tabIndex={0}
            aria-label="Build output"
          >
            {lines.map((line, number) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added
              <div key={number}>
                <Line line={line} source={source} runtime={runtime} onPlace={onPlace} />
              </div>
            ))}
          </div>
        )}
      </Stack>
    </Paper>
  )
}

function Line({
  line,
  source,
  runtime,
  onPlace,
}: { readonly line: string } & Omit<BuildPanelProps, 'output' | 'onHide'>) {
  return piecesOf(line, source, runtime).map(({ text, place }, at) =>
    place === undefined ? (
      text || '\u00a0'
    ) : (
      <Anchor
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line stay as they are
        key={at}
        component="button"
        type="button"
        fz="inherit"
        ff="inherit"
        underline="always"
        onClick={() => onPlace(place)}
        aria-label={`Go to ${text}`}
      >
        {text}
      </Anchor>
    ),
  )
}
