// As in instance.mjs: quicker than an import.
const { inspect } = process.getBuiltinModule('node:util')

/** Why the function cannot serve, in a sentence for its owner. */
export class LoadError extends Error {}

/**
 * @typedef {object} Handler
 * @property {'classic' | 'web'} form `handler(event, context)` or `fetch(request)`
 * @property {Function} run
 * @property {unknown} self what `this` is
 */

/** Words of Node's own about how it reads the file: no concern of the function's log. */
const SILENCED = new Set(['MODULE_TYPELESS_PACKAGE_JSON', 'ExperimentalWarning'])
const MESSAGE_LINES_MAX = 12

/**
 * Loads the function's file, CommonJS, ES module or TypeScript, and finds the handler in it.
 * @returns {Promise<Handler>}
 */
export async function loadHandler(folder, entry, method) {
  const path = `${folder.replace(/\/$/, '')}/${entry}`
  const { pathToFileURL } = process.getBuiltinModule('url')
  silenceNode()
  let namespace
  try {
    namespace = await import(pathToFileURL(path).href)
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`)
    throw new LoadError(`${entry} cannot be loaded: ${reasonOf(error, folder)}`)
  }
  const commonJs = commonJsExports(namespace, path)
  const handler =
    commonJs === undefined
      ? handlerOfModule(namespace, method)
      : handlerOfCommonJs(commonJs.exports, method)
  if (handler !== undefined) return handler
  const names = Object.keys(commonJs?.exports ?? namespace)
  const found = names.length === 0 ? 'exports nothing' : `exports ${names.join(', ')}`
  throw new LoadError(`${entry} exports no function "${method}"; it ${found}.`)
}

/** Undefined for an ES module. */
function commonJsExports(namespace, path) {
  if ('module.exports' in namespace) return { exports: namespace['module.exports'] }
  // Before Node 23 the namespace does not say; only CommonJS is in this cache.
  const { createRequire } = process.getBuiltinModule('module')
  const { realpathSync } = process.getBuiltinModule('fs')
  return createRequire(path).cache[realpathSync(path)]
}

function handlerOfCommonJs(exports, method) {
  if (typeof exports?.[method] === 'function') return named(exports, method)
  if (typeof exports === 'function') return { form: 'classic', run: exports, self: undefined }
  if (typeof exports?.fetch === 'function') return named(exports, 'fetch')
  // Compiled from an ES module.
  return exports?.__esModule === true ? handlerOfDefault(exports.default, method) : undefined
}

function handlerOfModule(namespace, method) {
  if (method !== 'default' && typeof namespace[method] === 'function') {
    return { ...named(namespace, method), self: undefined }
  }
  return handlerOfDefault(namespace.default, method)
}

/**
 * A default function of one parameter takes a Request, any other `(event, context)`: both are
 * written without a name to go by. The main method `fetch` makes it the first in any case.
 */
function handlerOfDefault(value, method) {
  if (typeof value === 'function') {
    const form = value.length === 1 || method === 'fetch' ? 'web' : 'classic'
    return { form, run: value, self: undefined }
  }
  if (typeof value?.[method] === 'function') return named(value, method)
  return typeof value?.fetch === 'function' ? named(value, 'fetch') : undefined
}

function named(owner, method) {
  return { form: method === 'fetch' ? 'web' : 'classic', run: owner[method], self: owner }
}

/** The error's beginning, without the server's own paths. */
function reasonOf(error, folder) {
  return inspect(error)
    .split('\n')
    .filter((line) => !/^\s+at .*(?:node:internal|\/runtimes\/node\/)/.test(line))
    .slice(0, MESSAGE_LINES_MAX)
    .join('\n')
    .replaceAll(`file://${folder}/`, '')
    .replaceAll(`${folder}/`, '')
    .trim()
}

function silenceNode() {
  const emitWarning = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const options = rest[0]
    const isSilenced =
      SILENCED.has(options?.code) ||
      SILENCED.has(options?.type) ||
      rest.some((word) => SILENCED.has(word))
    if (!isSilenced) emitWarning.call(process, warning, ...rest)
  }
}
