import { Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useScope } from '../app/scope.ts'
import { AccessPicker } from './access-picker.tsx'
import { EditGeneral } from './edit-general.tsx'
import { ExpirationPicker } from './expiration-picker.tsx'
import { keyPolicyQuery } from './key-queries.ts'
import type { EditedKey } from './use-edited-key.ts'

export interface EditPanelsProps {
  readonly edited: Pick<EditedKey, 'base' | 'draft' | 'change'>
  /** By the names of the API. */
  readonly errors: Readonly<Record<string, string>>
}

/** What the tabs of a key's form have. */
export function EditPanels({ edited: { base, draft, change }, errors }: EditPanelsProps) {
  const scope = useScope()
  const policy = useQuery(keyPolicyQuery(scope.projectId))
  return (
    <>
      <Tabs.Panel value="general" pt="md">
        <EditGeneral apiKey={base.key} draft={draft} change={change} errors={errors} />
      </Tabs.Panel>
      <Tabs.Panel value="access" pt="md">
        <AccessPicker
          scope={scope}
          value={draft.access}
          onChange={(access) => change({ access })}
          error={errors.functions ?? errors.namespaces}
        />
      </Tabs.Panel>
      <Tabs.Panel value="expiration" pt="md">
        <Stack gap="sm">
          {base.key.status === 'Expired' && (
            <Text size="sm">The key has expired. Give it a later end to renew it.</Text>
          )}
          <ExpirationPicker
            key={base.key.updated_at}
            value={draft.expire}
            onChange={(expire) => change({ expire })}
            policy={policy.data}
            error={errors.expire}
            notBefore={draft.notBefore}
          />
        </Stack>
      </Tabs.Panel>
    </>
  )
}
