import { PasswordInput, type PasswordInputProps, TextInput } from '@mantine/core'

export interface SecretInputProps extends Omit<PasswordInputProps, 'onChange'> {
  /** Of the button that shows what was typed. */
  readonly toggleLabel: string
  readonly onChange: (value: string) => void
}

/** A password or a token. */
export function SecretInput({ toggleLabel, onChange, ...props }: SecretInputProps) {
  return (
    <PasswordInput
      {...props}
      onChange={(event) => onChange(event.currentTarget.value)}
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': toggleLabel }}
    />
  )
}

export interface PasswordFieldsProps {
  readonly email: string
  readonly password: string
  /** Who it is was known before: the password is asked for first. */
  readonly isKnown: boolean
  /** What the server says of a field. */
  readonly fault: (field: string) => string | undefined
  readonly onEmail: (email: string) => void
  readonly onPassword: (password: string) => void
}

export function PasswordFields(props: PasswordFieldsProps) {
  const { email, password, isKnown, fault, onEmail, onPassword } = props
  return (
    <>
      <TextInput
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={(event) => onEmail(event.currentTarget.value)}
        error={fault('email')}
        required
        withAsterisk={false}
        data-autofocus={!isKnown || undefined}
      />
      <SecretInput
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={onPassword}
        error={fault('password')}
        data-autofocus={isKnown || undefined}
        toggleLabel="Show the password"
      />
    </>
  )
}
