/**
 * Node's HTTP module without what an `import` of it costs: an import reads every export, and reading
 * `WebSocket` loads a whole second HTTP client, 40 ms and 15 MB in every process and thread.
 */
export const { createServer, request, STATUS_CODES } = process.getBuiltinModule('node:http')
