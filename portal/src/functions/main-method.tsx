import { TextInput } from '@mantine/core'

export interface MainMethodProps {
  readonly value: string
  /** Absent where it is only read. */
  readonly onChange?: (value: string) => void
  readonly error?: string | false | undefined
  readonly isRequired?: boolean
}

/** Which method of the code is called. */
export function MainMethod({ value, onChange, error, isRequired = false }: MainMethodProps) {
  return (
    <TextInput
      label="Main method"
      description="What is called: handler, or module.handler, where the last part counts."
      required={isRequired}
      value={value}
      onChange={(event) => onChange?.(event.currentTarget.value)}
      readOnly={onChange === undefined}
      error={error}
      maxLength={100}
      maw={420}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
