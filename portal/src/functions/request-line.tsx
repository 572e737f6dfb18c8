import { Group, NativeSelect, TextInput } from '@mantine/core'

/** For what is read sign by sign. */
export const MONOSPACE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }

export interface RequestLineProps<Method extends string> {
  readonly methods: readonly Method[]
  readonly method: Method
  readonly onMethod: (method: Method) => void
  readonly path: string
  readonly onPath: (path: string) => void
  readonly errors: { readonly method?: string; readonly path?: string }
}

/** Method, path and query of a request. */
export function RequestLine<Method extends string>(props: RequestLineProps<Method>) {
  const { methods, method, onMethod, path, onPath, errors } = props
  return (
    <Group align="flex-start" gap="sm">
      <NativeSelect
        label="Method"
        data={[...methods]}
        value={method}
        error={errors.method}
        onChange={({ currentTarget }) => onMethod(currentTarget.value as Method)}
      />
      <TextInput
        flex={1}
        miw={180}
        label="Path and query"
        value={path}
        error={errors.path}
        onChange={({ currentTarget }) => onPath(currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        styles={MONOSPACE}
      />
    </Group>
  )
}
