import type { Measurement, Section } from './measurement.ts'
import type { Plan } from './plan.ts'
import type { Results } from './results.ts'
import { describeMachine } from './tools/machine.ts'
import { Scratch } from './tools/scratch.ts'

export interface RunOptions {
  readonly plan: Plan
  readonly measurements: readonly Measurement[]
  readonly command: string
  say(line: string): void
  /** Told of what has to be ended when the benchmark is; throws when it is ending already. */
  opened(scratch: Scratch): void
}

/** One measurement after the other: two at a time would measure each other. */
export async function measureAll(options: RunOptions): Promise<Results> {
  const begun = performance.now()
  const machine = await describeMachine()
  const sections: Section[] = []
  for (const one of options.measurements) sections.push(await sectionOf(one, options))
  return {
    machine,
    day: new Date().toISOString().slice(0, 10),
    tookSeconds: (performance.now() - begun) / 1000,
    command: options.command,
    sections,
  }
}

/** A measurement that fails costs its section, not the minutes of the others. */
async function sectionOf(one: Measurement, options: RunOptions): Promise<Section> {
  const { plan, say } = options
  const { name, title } = one
  const reason = one.lacks(plan)
  if (reason !== undefined) {
    say(`skipped ${name}: ${reason}`)
    return { name, title, outcome: { kind: 'skipped', reason } }
  }
  const begun = performance.now()
  const scratch = new Scratch()
  try {
    options.opened(scratch)
    const made = await one.make({ scratch, plan, say })
    say(`${name}: ${Math.round((performance.now() - begun) / 1000)} s`)
    return { name, title, outcome: { kind: 'measured', ...made } }
  } catch (error) {
    const { stack, message } = error as Error
    say(`${name} failed: ${stack ?? message}\n${scratch.tails()}`)
    return { name, title, outcome: { kind: 'failed', error: message } }
  } finally {
    await scratch.close()
  }
}
