import type { KeySettings } from '../domain/key-settings.ts'
import type { ChangeHandle } from '../store/change.ts'
import { readKeySettings, writeKeySettings } from '../store/key-settings.ts'
import { commit } from './commit.ts'
import type { ControlDeps } from './deps.ts'
import type { KeySettingsUseCases } from './keys-control.ts'
import { requireProject } from './scope.ts'

export function keySettingsUseCases(deps: ControlDeps): KeySettingsUseCases {
  const { db } = deps.store
  return {
    async get(projectId) {
      await requireProject(db, projectId)
      return await readKeySettings(db, projectId)
    },

    async update(context, projectId, patch) {
      const { value } = await commit(deps, context, (handle) => update(handle, projectId, patch))
      return value
    },
  }
}

async function update(
  handle: ChangeHandle,
  projectId: number,
  patch: Partial<KeySettings>,
): Promise<KeySettings> {
  const { trx } = handle
  const project = await requireProject(trx, projectId)
  const before = await readKeySettings(trx, projectId)
  const merged = { ...before, ...patch }
  const after = {
    ...merged,
    noticeDays: [...new Set(merged.noticeDays)].sort((a, b) => b - a),
    noticeEmails: [...new Set(merged.noticeEmails)],
  }
  await writeKeySettings(trx, projectId, after)
  handle.audit({
    action: 'project.updated',
    entityId: String(projectId),
    entityName: project.name,
    scope: { projectId },
    before: audited(before),
    after: audited(after),
  })
  return after
}

function audited(settings: KeySettings): object {
  return {
    key_life_days_max: settings.keyLifeDaysMax,
    keys_must_expire: settings.keysMustExpire,
    notice_days: settings.noticeDays,
    unused_days: settings.unusedDays,
    notice_emails: settings.noticeEmails,
  }
}
