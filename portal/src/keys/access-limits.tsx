import { Group, TagsInput } from '@mantine/core'
import { limitErrors, normalLimits } from '../../../src/domain/key-rules.ts'
import type { AccessLimits } from './access.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** Which methods and paths a grant is for; none means every one. */
export function LimitsFields({
  of,
  limits,
  onChange,
}: {
  /** What is limited, for those who do not see it: `demo/hello`. */
  readonly of: string
  readonly limits: AccessLimits
  readonly onChange: (limits: AccessLimits) => void
}) {
  const { methods, paths } = limits
  const errors = limitErrors({ methods, paths }, 'grant')
  const errorOf = (list: 'methods' | 'paths') => {
    const first = errors.find(({ field }) => field.startsWith(`grant.${list}`))
    if (first === undefined) return undefined
    const at = Number(first.field.split('.')[2])
    const entry = limits[list][at]
    return entry === undefined ? `This ${first.message}.` : `${entry} ${first.message}.`
  }
  const change = (part: Partial<AccessLimits>) => onChange(normalLimits({ ...limits, ...part }))
  return (
    <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
      <TagsInput
        miw={220}
        label="Methods"
        aria-label={`Methods of ${of}`}
        description="Empty for every method. GET stands for HEAD too."
        {...(methods.length === 0 && { placeholder: 'Every method' })}
        data={METHODS}
        value={[...methods]}
        onChange={(list) => change({ methods: list })}
        splitChars={[',', ' ']}
        error={errorOf('methods')}
      />
      <TagsInput
        miw={220}
        label="Paths"
        aria-label={`Paths of ${of}`}
        description="What the path begins with, as /orders. Empty for every path."
        {...(paths.length === 0 && { placeholder: 'Every path' })}
        value={[...paths]}
        onChange={(list) => change({ paths: list })}
        splitChars={[' ']}
        error={errorOf('paths')}
        spellCheck={false}
        autoCapitalize="none"
      />
    </Group>
  )
}

/** Whether the server would take the limits of all of these. */
export function limitsAreValid(grants: readonly AccessLimits[]): boolean {
  return grants.every((one) => limitErrors(one, 'grant').length === 0)
}
