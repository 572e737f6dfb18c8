import { hostname } from 'node:os'
import { integer, type SettingTable, text } from './setting.ts'

/** It stands in a header, between commas, and in the labels of metrics. */
const NODE_NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/

/** How control and data nodes wait for each other. */
export const FEED = {
  nodeName: text(
    {
      env: 'LATCHKEY_NODE_NAME',
      flag: '--node-name',
      placeholder: 'name',
      default: hostname(),
      defaultText: 'the name of the machine',
      expects: 'letters, digits, `.`, `_` and `-`, 63 at most',
      sentence: 'What a data node is called; no two of one control may have the same name.',
    },
    (value) => NODE_NAME.test(value),
  ),
  controlDir: text({
    env: 'LATCHKEY_CONTROL_DIR',
    flag: '--control-dir',
    placeholder: 'folder',
    default: '',
    defaultText: 'the data directory',
    expects: 'the path of a folder',
    sentence:
      "Where control keeps what is its own, for a data node on the same machine that has a data directory of its own: control's data directory.",
  }),
  stalenessSecondsMax: integer({
    env: 'LATCHKEY_STALENESS_SECONDS_MAX',
    flag: '--staleness-seconds-max',
    placeholder: 'seconds',
    default: 0,
    least: 0,
    most: 31_536_000,
    sentence:
      'How long a data node serves without control having confirmed that it knows the newest; 0 means without end.',
  }),
  propagationTimeoutSeconds: integer({
    env: 'LATCHKEY_PROPAGATION_TIMEOUT_SECONDS',
    flag: '--propagation-timeout-seconds',
    placeholder: 'seconds',
    default: 5,
    least: 1,
    most: 60,
    sentence:
      'How long a change waits for every live data node before its answer names those that lag.',
  }),
} satisfies SettingTable
