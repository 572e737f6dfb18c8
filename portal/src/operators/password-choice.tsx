import { PasswordInput, Radio, Stack } from '@mantine/core'
import { PASSWORD_CHARS_MIN, passwordFault } from '../../../src/domain/user.ts'

export interface PasswordChoiceValue {
  /** Whether one is made here, and shown once. */
  readonly isMade: boolean
  readonly password: string
}

export function newPasswordChoice(): PasswordChoiceValue {
  return { isMade: true, password: makePassword() }
}

/** Whether it can be sent as it is. */
export function isChosen({ isMade, password }: PasswordChoiceValue, email: string): boolean {
  return isMade || passwordFault(password, email) === undefined
}

export interface PasswordChoiceProps {
  readonly label: string
  readonly value: PasswordChoiceValue
  /** That the password must not be. */
  readonly email: string
  readonly onChange: (value: PasswordChoiceValue) => void
  readonly error?: string | undefined
}

/** A password that is made and shown once, or one that is typed. */
export function PasswordChoice({ label, value, email, onChange, error }: PasswordChoiceProps) {
  const { isMade, password } = value
  const fault = isMade || password === '' ? undefined : passwordFault(password, email)
  return (
    <Stack gap="xs">
      <Radio.Group
        label={label}
        value={isMade ? 'made' : 'typed'}
        onChange={(way) =>
          onChange(way === 'made' ? newPasswordChoice() : { isMade: false, password: '' })
        }
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="made"
            label="Make one"
            description="It is shown once, to be passed on; the person changes it under Account."
          />
          <Radio value="typed" label="Type one" />
        </Stack>
      </Radio.Group>
      {!isMade && (
        <PasswordInput
          label="Password"
          description={`At least ${PASSWORD_CHARS_MIN} characters, and not the e-mail address.`}
          value={password}
          onChange={(event) => onChange({ isMade: false, password: event.currentTarget.value })}
          error={error ?? (fault && `It ${fault}.`)}
          autoComplete="new-password"
          required
        />
      )}
    </Stack>
  )
}

/** 32 characters that are not taken for each other: a byte chooses one evenly, 20 are 100 bits. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
const CHARS = 20

function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(CHARS))
  const text = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return text.replace(/.{5}(?=.)/g, '$&-')
}
