import type { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { createApi } from '../api/app.ts'
import type { Readiness } from '../api/routes/health.ts'
import { createBuilder } from '../build/builder.ts'
import { preparedBuilds } from '../build/prepared-builds.ts'
import { wantedArtifacts } from '../control/artifact-retention.ts'
import { bootstrap, bootstrapShown } from '../control/bootstrap.ts'
import { createControl, type RunningControl } from '../control/create.ts'
import { ensureSettingsToken } from '../control/settings-token.ts'
import { takeUsage } from '../control/usage-intake.ts'
import { hostRule } from '../domain/webhook-hosts.ts'
import { Hub } from '../feed/hub.ts'
import { CertificateWatch, contextOptions, type TlsMaterial } from '../gateway/certificate-watch.ts'
import { apiCertificates, hasTls } from '../gateway/certificates.ts'
import { findLanguages } from '../languages/languages.ts'
import { namesReadAtStart } from '../languages/read-at-start.ts'
import { systemClock } from '../lib/clock.ts'
import type { KeyRing } from '../lib/sealing.ts'
import { startTracing } from '../observability/start-tracing.ts'
import type { Tracing } from '../observability/tracing.ts'
import { feedSource } from '../store/feed.ts'
import { readKnownNodes, writeKnownNodes } from '../store/known-nodes.ts'
import { openStore, type Store } from '../store/open.ts'
import { sealedTexts } from '../store/sealed-envs.ts'
import { tracedBuilds } from './build-tracing.ts'
import { ControlMetrics, databaseBytes } from './control-metrics.ts'
import { isolationOf, openSandbox } from './isolation.ts'
import { languageOptions } from './language-options.ts'
import { mailerOf } from './mailer.ts'
import { type DataPaths, dataPaths, makeFolders } from './paths.ts'
import { isFolderFault } from './preflight.ts'
import { apiUrl, publicUrl } from './public-url.ts'
import {
  type RoleDeps,
  type RunningRole,
  StartRefused,
  type WelcomeShownMessage,
} from './role-messages.ts'
import { controlKeyRing, keyFileWarning, missedKeys } from './secret-keys.ts'
import { welcomeText } from './welcome.ts'

/** Code, files and dependencies at their largest, as JSON with every character escaped. */
const API_BODY_BYTES_MAX = 8 * 1024 * 1024
/** How long the first start waits for a data node before it makes the demo without one. */
const NODE_PATIENCE_MS = 15_000
/** A change that is on its way to the data nodes does not make the server unready. */
const NODE_LAG_MS = 1_000

/** The control role: the REST API over the store, and the feed to the data nodes. */
export async function startControlRole(deps: RoleDeps): Promise<RunningRole> {
  const { settings, logger } = deps
  const paths = dataPaths(settings.dataDir)
  makeFolders(paths)
  const finding = Promise.all([
    findLanguages(process.env, languageOptions(settings, paths)),
    openSandbox(deps, paths, 'control'),
  ])
  // It is waited for further down; until then nobody would hear that it failed.
  finding.catch(() => {})
  const store = await open(paths)
  await takeSettingsToken(store, deps)
  const secrets = await openKeyRing(deps, paths, store)
  const hub = await createHub(deps, paths, store)
  await hub.listen()
  const [languages, sandbox] = await finding
  const builder = createBuilder({
    languages,
    sandbox,
    artifactsFolder: paths.artifacts,
    timeoutMs: settings.buildTimeoutSeconds * 1000,
    outputBytesMax: settings.buildSizeMb * 2 ** 20,
    memoryMb: settings.buildMemoryMb,
    cacheBytesMax: settings.buildCacheMb * 2 ** 20,
    logger,
  })
  const metrics = new ControlMetrics()
  const { version } = deps
  const tracing = await startTracing({ env: process.env, role: 'control', version, logger })
  const builds = preparedBuilds(tracedBuilds(metrics.watch(builder), tracing), languages)
  const control = createControl({
    store,
    nodes: hub,
    calls: hub.calls,
    tests: hub,
    builder: builds,
    artifacts: builder,
    versionsKept: settings.versionsKept,
    runtimes: () => languages.runtimes(),
    runtimeDetails: () => languages.details(),
    isolation: isolationOf(sandbox),
    resolveRuntime: (name) => languages.resolve(name),
    secrets,
    readAtStart: (names, runtime) => namesReadAtStart(languages, names, runtime),
    clock: systemClock,
    publicUrl: publicUrl(settings),
    domain: settings.domain === '' ? null : settings.domain,
    propagationTimeoutMs: settings.propagationTimeoutSeconds * 1000,
    sessionTimes: {
      idleMs: settings.sessionIdleMinutes * 60_000,
      lifeMs: settings.sessionDays * 86_400_000,
    },
    usageKeptDays: {
      minute: settings.usageMinutesDays,
      hour: settings.usageHoursDays,
      day: settings.usageDays,
    },
    eventsDays: settings.eventsDays,
    deletedKeysDays: settings.deletedKeysDays,
    webhookHosts: hostRule(settings.webhookHosts),
    mailer: mailerOf(settings),
    onDelivery: (kind, result) => metrics.delivered(kind, result),
    about: { version, databaseBytes: () => databaseBytes(paths.database) },
    logger,
  })
  let isLeaving = false
  const readiness: Readiness = async () =>
    isLeaving ? ['The server is about to stop.'] : await faults(deps, store, hub)
  const api = await listen(deps, { control, metrics, tracing }, readiness)
  // Before the worker runs: what it builds is not deployed yet.
  await builder.removeUnused(await wantedArtifacts(store))
  await control.rebuildLost((artifactId) => builder.has(artifactId))
  await control.start()
  welcome(deps, store, control, hub).catch((error) => {
    logger.error({ err: error }, 'the first start could not be completed; the next start goes on')
  })
  return {
    metrics: () => metrics.parts(store, hub, paths.database),
    faults: async () => await readiness(),
    leave() {
      isLeaving = true
    },
    async stop(graceMs) {
      isLeaving = true
      const cut = setTimeout(() => api.server.closeAllConnections(), graceMs)
      await api.close()
      clearTimeout(cut)
      await control.stop()
      builds.close()
      await builder.close()
      await sandbox.close()
      await hub.close()
      await store.close()
      await tracing?.stop()
    },
  }
}

async function open({ database: path }: DataPaths): Promise<Store> {
  try {
    return await openStore({ path })
  } catch (error) {
    if (isFolderFault(error as { code?: string })) throw error
    const reason = (error as Error).message
    throw new StartRefused(
      `The database ${path} cannot be opened (${reason}). Put a backup of it in its place, or see docs/operating.md.`,
    )
  }
}

async function takeSettingsToken(store: Store, { settings }: RoleDeps): Promise<void> {
  const outcome = await ensureSettingsToken(store, settings.adminToken ?? undefined)
  if (outcome.kind === 'ok') return
  throw new StartRefused(
    `LATCHKEY_ADMIN_TOKEN has the id ${outcome.id}, which another token has already. Choose another id.`,
  )
}

async function openKeyRing(
  { settings, logger }: RoleDeps,
  paths: DataPaths,
  store: Store,
): Promise<KeyRing> {
  const ring = await controlKeyRing(settings, paths.secretKey, () => sealedTexts(store.db))
  const warning = keyFileWarning(settings, paths.secretKey)
  if (warning !== undefined) logger.warn(warning)
  const missed = missedKeys(ring, await sealedTexts(store.db))
  if (Object.keys(missed).length > 0) {
    logger.error(
      { keyId: ring.keyId, missed },
      'secret values are sealed with keys that are not here: their functions cannot start and their webhooks are not sent; add the keys to LATCHKEY_SECRET_KEY_PREVIOUS, or set the values again',
    )
  }
  return ring
}

async function createHub({ logger }: RoleDeps, paths: DataPaths, store: Store): Promise<Hub> {
  const hub: Hub = new Hub({
    source: feedSource(store),
    socketPath: paths.controlSocket,
    logger,
    knownNodes: await readKnownNodes(store),
    onUsage: (delivery) => takeUsage({ store, nodes: hub }, delivery),
    onNodes: (nodes) =>
      writeKnownNodes(store, nodes).catch((error) => {
        logger.error({ err: error }, 'the names of the connected nodes could not be kept')
      }),
  })
  return hub
}

interface ApiParts {
  readonly control: RunningControl
  readonly metrics: ControlMetrics
  readonly tracing: Tracing | undefined
}

async function listen(
  { settings, logger, version }: RoleDeps,
  { control, metrics, tracing }: ApiParts,
  readiness: Readiness,
): Promise<FastifyInstance> {
  const certificates = apiCertificateWatch({ settings, logger }, (material) => {
    // Connections that are open go on.
    ;(api.server as unknown as TlsServer).setSecureContext(contextOptions(material, 0))
  })
  const api: FastifyInstance = createApi({
    tls: certificates && contextOptions(certificates.material, 0),
    control,
    logger,
    clock: systemClock,
    version,
    bodyBytesMax: API_BODY_BYTES_MAX,
    trustedProxies: settings.trustedProxies,
    readiness,
    tracing,
    portalDir: settings.portalDir,
    onAnswered: (method, route, status, ms) => metrics.answered(method, route, status, ms),
  })
  api.addHook('onClose', async () => certificates?.close())
  await api.listen({ host: settings.host, port: settings.apiPort })
  return api
}

function apiCertificateWatch(
  { settings, logger }: Pick<RoleDeps, 'settings' | 'logger'>,
  onChange: (material: TlsMaterial) => void,
): CertificateWatch | undefined {
  const own = apiCertificates(settings)
  if (!hasTls(own)) return undefined
  const minVersion = settings.tlsMinVersion
  return new CertificateWatch({ settings: own, minVersion, logger, clock: systemClock, onChange })
}

async function faults({ settings }: RoleDeps, store: Store, hub: Hub): Promise<string[]> {
  let revision: number
  try {
    revision = await feedSource(store).revision()
  } catch {
    // The log has the error of the request that met it first; here only readiness counts.
    return ['The store does not answer.']
  }
  if (settings.role === 'control' || (await hub.anyNode(NODE_LAG_MS, revision))) return []
  return ['No data node has the newest state yet.']
}

/** What is new is made and shown, and marked as shown only when it was. */
async function welcome(
  deps: RoleDeps,
  store: Store,
  control: RunningControl,
  hub: Hub,
): Promise<void> {
  const { settings, logger, tell } = deps
  const result = await bootstrap({
    store,
    control,
    adminToken: settings.adminToken ?? undefined,
    demo: settings.demo,
    nodesConnected: () => hub.anyNode(NODE_PATIENCE_MS),
  })
  const { firstStart, token, demo, demoFailure } = result
  hub.announce(await feedSource(store).revision())
  if (demoFailure !== undefined) logger.warn(`the demo could not be made: ${demoFailure}`)
  if (token !== undefined || demo !== undefined) {
    const facts = { ...(token && { token }), ...(demo && { demo }) }
    const hasPortal = settings.portalDir !== null
    const shown = welcomeShown()
    await tell({
      type: 'welcome',
      text: welcomeText({ apiUrl: apiUrl(settings), hasPortal, ...facts }),
    })
    await shown
  }
  if (firstStart || token !== undefined) await bootstrapShown(store)
}

function welcomeShown(): Promise<void> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      if ((message as WelcomeShownMessage).type !== 'welcome-shown') return
      process.off('message', onMessage)
      resolve()
    }
    process.on('message', onMessage)
  })
}
