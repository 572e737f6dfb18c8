import type {
  BuildNews,
  BuildView,
  VersionDiff,
  VersionSummaryView,
  VersionView,
} from '../control/versions-control.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { ServerEvent } from './event-stream.ts'
import type { FunctionBuildWire } from './schemas/builds.ts'
import type { VersionDiffWire, VersionSummaryWire, VersionWire } from './schemas/versions.ts'

export function versionSummaryWire(version: VersionSummaryView): VersionSummaryWire {
  return {
    number: version.number,
    created_at: utcSeconds(version.createdAtMs),
    is_current: version.isCurrent,
    runtime: version.runtime,
    flavor: version.flavor,
    artifact: version.artifactId,
    rolled_back_to: version.rolledBackTo,
    task_id: version.taskId,
    token_id: version.tokenId,
    token_name: version.tokenName,
  }
}

export function versionWire(version: VersionView): VersionWire {
  const { source } = version
  return {
    ...versionSummaryWire(version),
    code_text: source.codeText,
    files: { ...source.files },
    dependencies: source.dependencies,
    main_method: source.mainMethod,
    envs: { ...version.envs },
    secret_env_names: Object.keys(version.secretEnvs).sort(),
  }
}

export function versionDiffWire(diff: VersionDiff): VersionDiffWire {
  const { added, removed, changed } = diff.envNames
  return {
    number: diff.number,
    with: diff.with,
    parts: diff.parts.map((part) => ({ ...part })),
    settings: diff.settings.map((setting) => ({ ...setting })),
    env_names: { added: [...added], removed: [...removed], changed: [...changed] },
  }
}

export function buildWire(build: BuildView): FunctionBuildWire {
  return {
    status: build.status,
    message: build.message,
    started_at: utcSecondsOrNull(build.startedAtMs),
    finished_at: utcSecondsOrNull(build.finishedAtMs),
  }
}

/** Events `status` (a word), `line` (a line of output, with an id) and `end` (JSON with the status). */
export async function* buildEvents(news: AsyncIterable<BuildNews>): AsyncGenerator<ServerEvent> {
  for await (const each of news) {
    switch (each.kind) {
      case 'status':
        yield { event: 'status', data: each.status }
        break
      case 'line':
        yield { event: 'line', id: each.id, data: each.text }
        break
      case 'end':
        yield { event: 'end', data: JSON.stringify({ status: each.status }) }
        break
    }
  }
}
