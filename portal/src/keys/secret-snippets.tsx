import { Code, Group, Select, Stack, Switch, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CreatedApiKeySerializer } from '../../../src/client/types.ts'
import { type FunctionName, parseFunctionName, type Scope } from '../../../src/domain/names.ts'
import { api } from '../app/api.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { type AccessLimits, accessOf } from './access.ts'
import { functionNamesQuery } from './access-names.ts'
import classes from './secret-snippets.module.css'
import { curlText, fetchText, VARIABLE } from './secret-text.ts'

const OPTIONS_MAX = 50

export interface SnippetsProps {
  readonly scope: Scope
  readonly created: CreatedApiKeySerializer
}

/** How each function that the key opens is called with it. */
export function Snippets({ scope, created }: SnippetsProps) {
  const opened = useOpenedFunctions(scope, created)
  const [chosen, setChosen] = useState<string>()
  const [isPlain, setPlain] = useState(false)
  const name = chosen ?? opened[0]
  const fn = name === undefined ? undefined : parseFunctionName(name)
  if (name === undefined || fn === undefined) return null
  return (
    <Stack gap="xs" component="section" aria-label="Call a function with it">
      <Select
        label="Call a function with it"
        data={opened}
        value={name}
        onChange={(next) => setChosen(next ?? name)}
        allowDeselect={false}
        searchable={opened.length > 5}
        limit={OPTIONS_MAX}
      />
      <Switch
        label="Write the secret into the text"
        // Else it is called by its description too, which is read out after it.
        aria-label="Write the secret into the text"
        description={`Else the text reads it from the environment variable ${VARIABLE}.`}
        checked={isPlain}
        onChange={(event) => setPlain(event.currentTarget.checked)}
      />
      <Texts
        key={name}
        scope={scope}
        fn={fn}
        limits={limitsFor(created, fn)}
        secret={isPlain ? created.secret : undefined}
      />
    </Stack>
  )
}

interface TextsProps {
  readonly scope: Scope
  readonly fn: FunctionName
  readonly limits: AccessLimits
  readonly secret: string | undefined
}

function Texts({ scope, fn, limits, secret }: TextsProps) {
  const found = useQuery({
    queryKey: ['functions', scope, fn.namespace, fn.name, 'calling'],
    queryFn: async ({ signal }) => {
      const { endpoint, enable_api_key } = await api.functions.get(scope, fn, signal)
      return { endpoint, isOpenToAll: enable_api_key !== true }
    },
  })
  if (found.data === undefined) {
    if (found.error === null) return <LoadingRows rows={2} />
    return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
  }
  const called = { endpoint: found.data.endpoint, limits }
  return (
    <>
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="curl">curl</Tabs.Tab>
          <Tabs.Tab value="fetch">fetch</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl">
          <Snippet name="curl" text={curlText(called, secret)} />
        </Tabs.Panel>
        <Tabs.Panel value="fetch">
          <Snippet name="fetch" text={fetchText(called, secret)} />
        </Tabs.Panel>
      </Tabs>
      {found.data.isOpenToAll && (
        <Text size="sm" c="dimmed">
          This function asks for no key yet: everybody can call it.
        </Text>
      )}
    </>
  )
}

function Snippet({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" mt="xs">
      <Code block className={classes.text ?? ''} tabIndex={0} aria-label={`${name} text`}>
        {text}
      </Code>
      <CopyButton value={text} label={`Copy the ${name} text`} />
    </Group>
  )
}

/** `demo/hello`, those by name first; of whole namespaces those that are there now. */
function useOpenedFunctions(scope: Scope, created: CreatedApiKeySerializer): string[] {
  const { functions, namespaces } = accessOf(created)
  const names = useQuery({ ...functionNamesQuery(scope), enabled: namespaces.length > 0 })
  const whole = new Set(namespaces.map(({ name }) => name))
  const inherited = (names.data ?? []).flatMap((one) =>
    whole.has(one.name) ? one.functions.map((fn) => `${one.name}/${fn}`) : [],
  )
  return [...new Set([...functions.map((fn) => `${fn.namespace}/${fn.name}`), ...inherited])]
}

function limitsFor(created: CreatedApiKeySerializer, fn: FunctionName): AccessLimits {
  const { functions, namespaces } = accessOf(created)
  const byName = functions.find((one) => one.name === fn.name && one.namespace === fn.namespace)
  return (
    byName ?? namespaces.find(({ name }) => name === fn.namespace) ?? { methods: [], paths: [] }
  )
}
