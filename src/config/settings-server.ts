import { join } from 'node:path'
import { folderOrNone, integer, portOrNone, type SettingTable, text } from './setting.ts'

const HOST = /^[0-9A-Za-z.:_-]{1,253}$/

/** Where the server keeps what it has, and where it listens. */
export const SERVER = {
  dataDir: text(
    {
      env: 'LATCHKEY_DATA_DIR',
      flag: '--data-dir',
      placeholder: 'folder',
      default: './.latchkey',
      expects: 'the path of a folder',
      sentence:
        'Where everything is kept: the database, built functions, logs. Made when it is absent.',
    },
    (value) => value.length > 0 && !value.includes('\0'),
  ),
  host: text(
    {
      env: 'LATCHKEY_HOST',
      flag: '--host',
      placeholder: 'address',
      default: '127.0.0.1',
      expects: 'an IP address or a host name',
      sentence: 'The address that both ports listen on.',
    },
    (value) => HOST.test(value),
  ),
  apiPort: integer({
    env: 'LATCHKEY_API_PORT',
    flag: '--api-port',
    placeholder: 'port',
    default: 8080,
    least: 0,
    most: 65_535,
    sentence: 'The port of the REST API; 0 takes a free one.',
  }),
  gatewayPort: integer({
    env: 'LATCHKEY_GATEWAY_PORT',
    flag: '--gateway-port',
    placeholder: 'port',
    default: 8081,
    least: 0,
    most: 65_535,
    sentence: 'The port on which functions are called; 0 takes a free one.',
  }),
  metricsHost: text(
    {
      env: 'LATCHKEY_METRICS_HOST',
      flag: '--metrics-host',
      placeholder: 'address',
      default: '127.0.0.1',
      expects: 'an IP address or a host name',
      sentence: 'The address that the metrics port listens on. It asks for no token.',
    },
    (value) => HOST.test(value),
  ),
  metricsPort: portOrNone({
    env: 'LATCHKEY_METRICS_PORT',
    flag: '--metrics-port',
    placeholder: 'port',
    default: 8082,
    sentence: 'The port of `/metrics` for Prometheus; 0 takes a free one, off opens none.',
  }),
  portalDir: folderOrNone({
    env: 'LATCHKEY_PORTAL_DIR',
    flag: '--portal-dir',
    placeholder: 'folder',
    default: join(import.meta.dirname, '../../dist/portal'),
    defaultText: "`dist/portal` in Latchkey's folder, where `npm run build` puts it",
    sentence:
      'The built portal, which control serves at the API port below `/portal/`; off serves none.',
  }),
} satisfies SettingTable
