import type { Settings } from '../config/settings.ts'
import type { LanguageOptions } from '../languages/language.ts'
import type { DataPaths } from './paths.ts'

export function languageOptions(settings: Settings, paths: DataPaths): LanguageOptions {
  return {
    toolchainsFolder: paths.toolchains,
    nodeVersions: settings.nodeVersions.map(Number),
    runtimeAliases: settings.runtimeAliases,
  }
}
