import { Radio, Stack } from '@mantine/core'
import { ROLES, type Role } from '../../../src/domain/role.ts'
import { ROLE_NAMES, ROLE_WORDS, ROLES_DOWN } from './role-words.ts'

export interface RoleRadiosProps<Value extends Role | ''> {
  readonly label: string
  readonly value: Value
  readonly onChange: (role: Value) => void
  readonly error?: string | undefined
  /** What no role at all means; absent where there must be one. */
  readonly none?: string
  readonly roles?: readonly Role[]
}

/** Every role with what it may do. */
export function RoleRadios<Value extends Role | ''>(props: RoleRadiosProps<Value>) {
  const { label, value, onChange, error, none, roles = ROLES } = props
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(role) => onChange(role as Value)}
      error={error}
    >
      <Stack gap="xs" mt="xs">
        {none !== undefined && <Radio value="" label="None" description={none} />}
        {ROLES_DOWN.filter((role) => roles.includes(role)).map((role) => (
          <Radio key={role} value={role} label={ROLE_NAMES[role]} description={ROLE_WORDS[role]} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
