import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, Navigate, useNavigate, useParams } from 'react-router'
import type { KeyTab } from '../app/places.ts'
import { places } from '../app/places.ts'
import { useScope } from '../app/scope.ts'
import { SAVED } from '../ui/leave-guard.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorNote, LoadingRows } from '../ui/states.tsx'
import { EditForm } from './edit-form.tsx'
import { TABS } from './edit-tabs.tsx'
import { keyQuery, type ReadKey } from './key-queries.ts'
import { isNotFound, NoKey } from './no-key.tsx'

/** What was read when editing began, and what it has been called since. */
interface Edited {
  readonly read: ReadKey
  readonly names: readonly string[]
}

/** Changes a key. What was read when the page was opened stays what is edited, whatever is read later. */
export function Component() {
  const scope = useScope()
  const { key: name = '', tab = 'general' } = useParams()
  const navigate = useNavigate()
  const [edited, setEdited] = useState<Edited>()
  const isOpen = edited?.names.includes(name) === true
  const query = useQuery({
    ...keyQuery(scope, name),
    staleTime: 0,
    enabled: !isOpen,
    refetchOnWindowFocus: false,
  })
  if (!isOpen && query.isSuccess && query.isFetchedAfterMount && !query.isFetching) {
    setEdited({ read: query.data, names: [name] })
  }
  if (!TABS.some(({ id }) => id === tab))
    return <Navigate to={places.editKey(scope, name)} replace />
  const onRenamed = (newName: string) => {
    if (edited !== undefined) setEdited({ ...edited, names: [...edited.names, newName] })
    // Nothing is lost: the form stays, whatever of it is not saved.
    const options = { replace: true, state: SAVED }
    void navigate(places.editKey(scope, newName, tab as KeyTab), options)
  }
  return (
    <Page
      title={`Edit ${name}`}
      part={TABS.find(({ id }) => id === tab)?.label}
      actions={
        <Button variant="subtle" component={Link} to={places.key(scope, name)}>
          See the key
        </Button>
      }
    >
      {isOpen && (
        <EditForm
          key={edited.read.key.id}
          initial={edited.read}
          tab={tab as KeyTab}
          onRenamed={onRenamed}
        />
      )}
      {!isOpen && query.isError && isNotFound(query.error) && <NoKey name={name} />}
      {!isOpen && query.isError && !isNotFound(query.error) && (
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      )}
      {!isOpen && !query.isError && <LoadingRows />}
    </Page>
  )
}
