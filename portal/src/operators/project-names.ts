import { useQuery } from '@tanstack/react-query'
import { scopesQuery } from '../app/scopes.ts'

/** What a project is called, by its number; the number where that is not known. */
export function useProjectNames(): (id: number) => string {
  const projects = useQuery(scopesQuery).data?.projects
  return (id) => projects?.find((one) => one.id === id)?.name ?? `project ${id}`
}
