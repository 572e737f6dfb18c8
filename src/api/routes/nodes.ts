import type { NodeReport } from '../../control/nodes.ts'
import { utcSeconds } from '../../lib/utc-time.ts'
import type { Routes } from '../deps.ts'
import { reads } from '../operation.ts'
import { Nodes } from '../schemas/nodes.ts'

export const nodeRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const get = {
      operationId: 'NodesHandler.get',
      summary: 'Read how the data nodes and control are',
      tags: ['catalog'],
    }
    app.get('/v1/nodes', { schema: reads(get, Nodes) }, async () => {
      const { revision, nodes, control: own } = await control.nodes.get()
      return {
        control: {
          version: own.version,
          started_at: utcSeconds(own.startedAtMs),
          revision,
          database_bytes: own.databaseBytes,
        },
        results: nodes.map(nodeWire),
      }
    })
    done()
  }

function nodeWire({ load, silentMs, ...node }: NodeReport) {
  return {
    name: node.name,
    connected: node.isConnected,
    counts: node.counts,
    applied_revision: node.appliedRevision < 0 ? null : node.appliedRevision,
    silent_for_seconds: silentMs === undefined ? null : Math.round(silentMs / 100) / 10,
    stale_after_seconds: node.staleAfterMs === 0 ? null : node.staleAfterMs / 1000,
    instances: load === null ? null : { total: load.instances, ready: load.ready },
    functions: load === null ? null : load.functions,
  }
}
