import type { FastifyReply } from 'fastify'
import type { AuditAsk, ChainReport } from '../../control/audit-control.ts'
import { chainFaultText, parseChainHead } from '../../domain/audit-chain.ts'
import { listedProjects } from '../access.ts'
import type { Routes } from '../deps.ts'
import { parseInstant } from '../instant.ts'
import { JSON_LINES, LineStreams } from '../line-stream.ts'
import { reads } from '../operation.ts'
import {
  AuditExportQuery,
  type AuditFiltersWire,
  AuditListQuery,
  AuditPage,
  AuditRowAnswer,
  AuditVerification,
  type AuditVerificationWire,
  AuditVerifyQuery,
} from '../schemas/audit.ts'
import { ref } from '../schemas/helpers.ts'

const tags = ['audit']

export const auditRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const streams = new LineStreams(app)

    const list = { operationId: 'AuditHandler.get', summary: 'List what happened', tags }
    app.get(
      '/v1/audit',
      { schema: { ...reads(list, AuditPage), querystring: AuditListQuery } },
      async (request) => {
        const { order_by: order, limit, ...filters } = request.query
        const ask = narrowed(askOf(filters), listedProjects(request, 'owner'))
        if (ask === undefined) return { results: [], next: null }
        const descending = order === 'desc'
        const results = await control.audit.list({ ...ask, limit, descending })
        return { results, next: results.length < limit ? null : results.at(-1)!.sequence }
      },
    )

    const all = {
      operationId: 'AuditExportHandler.get',
      summary: 'Read the whole log, or a part of it, as JSON lines',
      tags,
    }
    app.get(
      '/v1/audit/export',
      { schema: { ...exportSchema(all), querystring: AuditExportQuery } },
      async (request, reply) => {
        const ask = narrowed(askOf(request.query), listedProjects(request, 'owner'))
        return streams.send(reply, (signal) =>
          ask === undefined ? nothing() : control.audit.export(ask, signal),
        )
      },
    )

    const verify = {
      operationId: 'AuditVerifyHandler.get',
      summary: 'Verify that the log is as it was written',
      tags,
    }
    app.get(
      '/v1/audit/verify',
      { schema: { ...reads(verify, AuditVerification), querystring: AuditVerifyQuery } },
      async ({ query }, reply) => {
        const ask = {
          afterSequence: query.after_sequence,
          rowsMax: query.limit,
          noted: query.head === undefined ? undefined : parseChainHead(query.head),
        }
        return verificationWire(await control.audit.verify(ask, whileConnected(reply)))
      },
    )
    done()
  }

export function askOf(query: AuditFiltersWire): AuditAsk {
  return {
    projectIds: query.project_id,
    actionPrefix: query.action,
    actor: query.actor,
    tokenId: query.token_id,
    userId: query.user_id,
    entityIds: query.entity_id,
    entityName: query.entity_name,
    requestId: query.request_id,
    addresses: query.address,
    revision: query.revision,
    ...timesOf(query.from, query.to),
    afterSequence: query.after_sequence,
    beforeSequence: query.before_sequence,
  }
}

/** Both seconds are included, whole. The schema has let only valid times through. */
export function timesOf(from: string | undefined, to: string | undefined) {
  const toMs = to === undefined ? undefined : parseInstant(to)
  return {
    fromMs: from === undefined ? undefined : parseInstant(from),
    toMs: toMs === undefined ? undefined : toMs + 999,
  }
}

/** Undefined when nothing of what is asked for may be seen. */
export function narrowed(ask: AuditAsk, seen: readonly number[] | undefined): AuditAsk | undefined {
  if (seen === undefined) return ask
  const projectIds = ask.projectIds?.filter((id) => seen.includes(id)) ?? seen
  return projectIds.length === 0 ? undefined : { ...ask, projectIds }
}

/** Given when the caller is gone before there is an answer. */
function whileConnected(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}

function verificationWire({ rows, head, fault, isWhole }: ChainReport): AuditVerificationWire {
  return {
    ok: fault === undefined,
    rows,
    head: { sequence: head.sequence, hash: head.hash },
    sequence: fault?.sequence ?? null,
    reason: fault?.reason ?? null,
    message: fault === undefined ? null : chainFaultText(fault),
    next: isWhole ? null : head.sequence,
  }
}

function exportSchema(operation: Parameters<typeof reads>[0]) {
  const schema = reads(operation, AuditRowAnswer)
  const content = { [JSON_LINES]: { schema: ref(AuditRowAnswer) } }
  return {
    ...schema,
    response: { ...schema.response, 200: { description: 'A row a line, oldest first.', content } },
  }
}

async function* nothing(): AsyncGenerator<never> {}
