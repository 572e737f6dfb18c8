import { TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCheck, IconCircle, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { isName, type Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import classes from './new-key-name.module.css'

const RULES: readonly (readonly [text: string, holds: RegExp])[] = [
  ['2 to 26 characters', /^.{2,26}$/],
  ['only a to z, 0 to 9 and hyphens', /^[-a-z0-9]*$/],
  ['begins with a letter', /^[a-z]/i],
  ['ends with a letter or digit', /[a-z0-9]$/i],
]
const WAIT_MS = 400
/** Names that have this one within them; more of them than this are not looked through. */
const ALIKE_MAX = 100

export interface KeyNameFieldProps {
  readonly scope: Scope
  readonly value: string
  readonly onChange: (name: string) => void
  /** What the form, or the server, says of it. */
  readonly error?: string | undefined
  /** Whether the key of that name is the one that was made here. */
  readonly isMade?: boolean
  readonly id?: string
}

/** The name of a new key, with its rule, and whether another key has it already. */
export function KeyNameField(props: KeyNameFieldProps) {
  const { scope, value, onChange, error, isMade = false, id } = props
  const isTaken = useIsTaken(scope, value) && !isMade
  const said = error ?? (isTaken ? `There is already a key named ${value}.` : undefined)
  return (
    <TextInput
      {...(id !== undefined && { id })}
      label="Name"
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={said}
      description={RULES.map(([text, holds]) => (
        <Rule key={text} text={text} state={value === '' ? undefined : holds.test(value)} />
      ))}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      styles={{ input: { maxWidth: 400 } }}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}

function Rule({ text, state }: { readonly text: string; readonly state: boolean | undefined }) {
  const Icon = state === undefined ? IconCircle : state ? IconCheck : IconX
  return (
    <span className={classes.rule} data-broken={state === false || undefined}>
      <Icon size={14} aria-hidden />
      <span>
        {text}
        {state !== undefined && <VisuallyHidden>{state ? ': yes, ' : ': no, '}</VisuallyHidden>}
      </span>
    </span>
  )
}

/** As of a moment ago: that the name is free the server says when the key is created. */
function useIsTaken(scope: Scope, name: string): boolean {
  const [asked] = useDebouncedValue(name, WAIT_MS)
  const alike = useQuery({
    queryKey: ['keys', scope, 'alike', asked],
    queryFn: async () => {
      const page = await api.keys.list(scope, { search: asked, limit: ALIKE_MAX })
      return page.results.map((key) => key.name)
    },
    enabled: asked === name && isName(asked),
    retry: false,
  })
  return asked === name && (alike.data?.includes(name) ?? false)
}
