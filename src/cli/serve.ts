import { type Command, Option } from 'commander'
import { SETTINGS } from '../config/settings.ts'

/** Every setting that has a flag; their values are read, and their mistakes reported, by the server. */
export function defineServe(command: Command): void {
  command
    .description(
      'Runs the server: the REST API and the gateway. Each setting is read from its flag, else its environment variable, else the settings file.',
    )
    .option('--config <file>', 'a settings file in JSON (env: LATCHKEY_CONFIG)')
  for (const setting of SETTINGS) {
    if (setting.flag === null) continue
    const value = setting.placeholder === null ? '' : ` <${setting.placeholder}>`
    const { sentence, defaultText, env } = setting
    command.addOption(
      new Option(setting.flag + value, `${sentence} (default: ${defaultText}, env: ${env})`),
    )
  }
  command.action(async (_flags, self: Command) => {
    const { serve } = await import('../server/serve.ts')
    process.exitCode = await serve(rawFlags(self))
  })
}

/** The flags that were given, by setting name, as they were written. */
function rawFlags(command: Command): Record<string, string> {
  const raw: Record<string, string> = {}
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  if (given('config')) raw.config = command.getOptionValue('config')
  for (const { name, flag, flagValue } of SETTINGS) {
    const option = command.options.find((o) => o.long === flag)
    if (option === undefined || !given(option.attributeName())) continue
    raw[name] = flagValue ?? command.getOptionValue(option.attributeName())
  }
  return raw
}
