import { choice, list, type SettingTable } from './setting.ts'

/** The first whose releases have what the shim needs; 21 never had it. */
const NODE_VERSION = /^(20|2[2-9]|[3-9]\d)$/

/** Which runtimes functions may ask for. */
export const RUNTIMES = {
  nodeVersions: list(
    {
      env: 'LATCHKEY_NODE_VERSIONS',
      flag: '--node-versions',
      placeholder: 'list',
      default: ['26', '24', '22', '20'],
      defaultText: '26,24,22,20',
      expects: 'versions of Node from 20 on, without 21, with commas between them',
      sentence:
        'The versions of Node that are fetched for functions that ask for them; empty for none.',
    },
    (part) => NODE_VERSION.test(part),
  ),
  runtimeAliases: choice({
    env: 'LATCHKEY_RUNTIME_ALIASES',
    flag: '--runtime-aliases',
    placeholder: 'mode',
    choices: ['off', 'nearest'],
    default: 'off',
    sentence:
      'Whether the name of a runtime that is not here, such as nodejs14, stands for the nearest that is.',
  }),
} satisfies SettingTable
