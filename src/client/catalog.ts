import type { Scope } from '../domain/names.ts'
import { type Send, segments } from './http.ts'
import type {
  CreateProjectSerializer,
  FaasFlavorsListSerializer,
  IsolationSerializer,
  ListProjectsSerializer,
  NodesSerializer,
  ProjectOrderByChoices,
  ProjectSerializer,
  RegionCollectionSerializer,
  RegionOrderByChoices,
  RuntimesSerializer,
} from './types.ts'

interface PageQuery {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export function projectCalls(send: Send) {
  return {
    list: (
      query: PageQuery & {
        readonly name?: string | undefined
        readonly order_by?: ProjectOrderByChoices | undefined
      } = {},
    ) => send<ListProjectsSerializer>('GET', '/projects', { query: { ...query } }),
    create: (body: CreateProjectSerializer) =>
      send<ProjectSerializer>('POST', '/projects', { body }),
  }
}

export function regionCalls(send: Send) {
  return {
    list: (
      query: PageQuery & {
        readonly display_name?: string | undefined
        readonly order_by?: RegionOrderByChoices | undefined
      } = {},
    ) => send<RegionCollectionSerializer>('GET', '/regions', { query: { ...query } }),
  }
}

/** What a function can be made of. */
export function catalogCalls(send: Send) {
  return {
    runtimes: {
      list: (scope: Scope) =>
        send<RuntimesSerializer>(
          'GET',
          segments('faas', 'runtimes', scope.projectId, scope.regionId),
        ),
    },
    nodes: { get: () => send<NodesSerializer>('GET', '/nodes') },
    isolation: { get: () => send<IsolationSerializer>('GET', '/isolation') },
    flavors: {
      list: (scope: Scope) =>
        send<FaasFlavorsListSerializer>(
          'GET',
          segments('faas', 'flavors', scope.projectId, scope.regionId),
        ),
    },
  }
}
