import type { Member } from '../../domain/user.ts'
import { requirePrincipal } from '../auth.ts'
import type { Routes } from '../deps.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { memberWire } from '../operator-wire.ts'
import { ref } from '../schemas/helpers.ts'
import {
  MemberAnswer,
  MemberList,
  MemberParams,
  ProjectParams,
  SetMember,
} from '../schemas/users.ts'

const MEMBERS = '/v1/projects/:project_id/members'
const MEMBER = `${MEMBERS}/:member`
const tags = ['operators']

/** Who has which role on a project. Not in the contract. */
export const memberRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'MembersHandler.get',
      summary: 'List the members of a project, those with a role on all included',
      tags,
    }
    app.get(
      MEMBERS,
      { schema: { ...reads(list, MemberList), params: ProjectParams } },
      async ({ params }) => {
        const members = await control.members.list(params.project_id)
        return { count: members.length, results: members.map(memberWire) }
      },
    )

    const set = {
      operationId: 'MemberHandler.put',
      summary: 'Give a user a role on a project, or another one',
      tags,
    }
    app.put(
      MEMBER,
      { schema: { ...changes(set, MemberAnswer), params: MemberParams, body: ref(SetMember) } },
      async (request) => {
        const { body, params } = request
        const repeated = (member: Member) => ({ status: 200, body: memberWire(member) })
        const member = await idempotency.change(request, repeated, (context) =>
          control.members.set(
            context,
            requirePrincipal(request),
            params.project_id,
            params.member,
            body.role,
          ),
        )
        return memberWire(member)
      },
    )

    const remove = {
      operationId: 'MemberHandler.delete',
      summary: 'Take the role on a project away from a user',
      tags,
    }
    app.delete(
      MEMBER,
      { schema: { ...changesSilently(remove), params: MemberParams } },
      async (request, reply) => {
        const { params } = request
        await idempotency.change(
          request,
          () => ({ status: 204, body: null }),
          (context) =>
            control.members.remove(
              context,
              requirePrincipal(request),
              params.project_id,
              params.member,
            ),
        )
        return reply.code(204).send()
      },
    )
    done()
  }
