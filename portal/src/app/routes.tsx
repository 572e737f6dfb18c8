import { createBrowserRouter, type RouteObject } from 'react-router'
import { HomePage } from './home-page.tsx'
import { LoadingFrame } from './loading-frame.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { RouteFault } from './route-fault.tsx'
import { ScopedPages } from './scoped-pages.tsx'
import { Shell } from './shell.tsx'

/** A page is fetched when it is wanted; its module exports it as `Component`. */
type Load = NonNullable<Extract<RouteObject['lazy'], (...args: never[]) => unknown>>

const page = (path: string, lazy: Load): RouteObject => ({ path, lazy })

const FUNCTION_TABS: RouteObject[] = [
  { index: true, lazy: () => import('../functions/overview-tab.tsx') },
  page('code', () => import('../functions/code-tab.tsx')),
  page('configuration', () => import('../functions/configuration-tab.tsx')),
  page('keys', () => import('../functions/keys-tab.tsx')),
  page('test', () => import('../functions/test-tab.tsx')),
  page('logs', () => import('../functions/logs-tab.tsx')),
  page('metrics', () => import('../functions/metrics-tab.tsx')),
  page('versions', () => import('../functions/versions-tab.tsx')),
  page('triggers', () => import('../functions/triggers-tab.tsx')),
  page('calls', () => import('../functions/calls-tab.tsx')),
]

const SCOPED: RouteObject[] = [
  page('functions', () => import('../functions/functions-page.tsx')),
  page('new-function', () => import('../functions/new-function-page.tsx')),
  {
    path: 'functions/:namespace/:name',
    lazy: () => import('../functions/function-page.tsx'),
    children: FUNCTION_TABS,
  },
  page('namespaces', () => import('../namespaces/namespaces-page.tsx')),
  page('namespaces/:namespace', () => import('../namespaces/namespace-page.tsx')),
  page('api-keys', () => import('../keys/keys-page.tsx')),
  page('new-api-key', () => import('../keys/new-key-page.tsx')),
  page('api-keys/:key', () => import('../keys/key-page.tsx')),
  page('api-keys/:key/edit/:tab?', () => import('../keys/edit-key-page.tsx')),
  page('deleted-api-keys', () => import('../keys/deleted-keys-page.tsx')),
  page('api-key-review', () => import('../keys/key-review-page.tsx')),
  page('notifications', () => import('../notifications/notifications-page.tsx')),
  page('members', () => import('../operators/members-page.tsx')),
  page('settings/:tab?', () => import('../settings/settings-page.tsx')),
]

export const ROUTES: RouteObject[] = [
  {
    ...page('sign-in', () => import('../sign-in/sign-in-page.tsx')),
    HydrateFallback: LoadingFrame,
    errorElement: <RouteFault isAlone />,
  },
  {
    ...page('sign-out', () => import('../sign-in/sign-out-page.tsx')),
    HydrateFallback: LoadingFrame,
    errorElement: <RouteFault isAlone />,
  },
  {
    element: <Shell />,
    HydrateFallback: LoadingFrame,
    errorElement: <RouteFault isAlone />,
    children: [
      {
        errorElement: <RouteFault />,
        children: [
          { index: true, element: <HomePage /> },
          {
            path: 'p/:projectId/:regionId',
            element: <ScopedPages />,
            children: [{ index: true, element: <HomePage /> }, ...SCOPED],
          },
          page('users', () => import('../operators/users-page.tsx')),
          page('tokens', () => import('../operators/tokens-page.tsx')),
          page('nodes', () => import('../nodes/nodes-page.tsx')),
          page('audit', () => import('../audit/audit-page.tsx')),
          page('account', () => import('../account/account-page.tsx')),
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
]

export const router = createBrowserRouter(ROUTES, { basename: '/portal' })
