import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Faults, Scrape } from './metrics-http.ts'

export interface MetricsServerOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly scrape: Scrape
  readonly faults: Faults
  readonly onError: (error: unknown) => void
}

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/** Far above what scrapes; the rest shall not cost descriptors. */
const CONNECTIONS_MAX = 64

/** Listens for scrapers. Rejects with the system's error and its `code` when the port cannot be had. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, scrape, faults, onError } = options
  const open = new Set<Socket>()
  let http: Promise<Server> | undefined
  // HTTP is loaded when the first scraper comes: who does not scrape does not pay its memory.
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {
      // A scraper that has gone is told of nothing.
    })
    http ??= import('./metrics-http.ts').then((it) => it.createMetricsHttp(scrape, faults, onError))
    http.then((it) => {
      it.emit('connection', socket)
      socket.resume()
    }, onError)
  })
  server.maxConnections = CONNECTIONS_MAX
  server.listen({ host, port })
  await once(server, 'listening')
  server.on('error', onError)
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
