import type { Running, Scratch } from '../tools/scratch.ts'
import { untilAnswered } from '../tools/until-answered.ts'
import { createSite, type Settings, type Site } from './latchkey.ts'

/** Control and so many data nodes, each in processes and on a data directory of its own. */
export interface DataNodes {
  readonly control: Site
  readonly gatewayPorts: readonly number[]
  stop(): Promise<void>
}

export async function startDataNodes(
  scratch: Scratch,
  count: number,
  settings: Settings = {},
): Promise<DataNodes> {
  const control = await createSite(scratch, { ...settings, LATCHKEY_ROLE: 'control' })
  const running: Running[] = [control.start()]
  await untilAnswered(`${control.apiUrl}/readyz`, 200, running[0]!)
  const gatewayPorts: number[] = []
  for (let number = 1; number <= count; number++) {
    const node = await createSite(scratch, {
      ...settings,
      LATCHKEY_ROLE: 'data',
      LATCHKEY_CONTROL_DIR: control.dataDir,
      LATCHKEY_NODE_NAME: `node-${number}`,
    })
    const process = node.start()
    running.push(process)
    await untilAnswered(`http://127.0.0.1:${node.gatewayPort}/none`, 404, process)
    gatewayPorts.push(node.gatewayPort)
  }
  return {
    control,
    gatewayPorts,
    async stop() {
      for (const process of running.reverse()) await process.stop()
    },
  }
}
