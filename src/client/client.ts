import { auditCalls } from './audit.ts'
import { catalogCalls, projectCalls, regionCalls } from './catalog.ts'
import { deletedKeyCalls, keySettingsCalls } from './deleted-keys.ts'
import { functionCalls } from './functions.ts'
import { type ClientOptions, createDownload, createOpenStream, createSend } from './http.ts'
import { keyCalls } from './keys.ts'
import { namespaceCalls } from './namespaces.ts'
import { notificationCalls } from './notifications.ts'
import { memberCalls, userCalls } from './operators.ts'
import { meCalls, sessionCalls } from './sessions.ts'
import { taskCalls } from './tasks.ts'
import { tokenCalls } from './tokens.ts'
import { triggerCalls } from './triggers.ts'
import { mailCalls, webhookCalls } from './webhooks.ts'

export type Client = ReturnType<typeof createClient>

/**
 * The REST API, one noun a member. Refusals are thrown as `ApiError`, a server that cannot be
 * reached as `UnreachableError`. Runs in Node and in browsers.
 *
 * @throws TypeError when the URL or the token cannot be used.
 */
export function createClient(options: ClientOptions) {
  const send = createSend(options)
  return {
    keys: keyCalls(send),
    deletedKeys: deletedKeyCalls(send),
    keySettings: keySettingsCalls(send),
    namespaces: namespaceCalls(send),
    functions: functionCalls(send, createOpenStream(options)),
    triggers: triggerCalls(send),
    webhooks: webhookCalls(send),
    mails: mailCalls(send),
    notifications: notificationCalls(send),
    tasks: taskCalls(send),
    audit: auditCalls(send, createDownload(options)),
    tokens: tokenCalls(send),
    users: userCalls(send),
    members: memberCalls(send),
    me: meCalls(send),
    sessions: sessionCalls(send, createSend(options, 'iam')),
    projects: projectCalls(send),
    regions: regionCalls(send),
    ...catalogCalls(send),
  }
}
