import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildDraft, CompileOutcome, ToolStep } from './language.ts'
import type { Interpreter } from './python-interpreters.ts'

export const PYTHON_CODE = 'handler.py'

const COMPILE_SCRIPT = fileURLToPath(
  new URL('../../runtimes/python/build/compile.py', import.meta.url),
)

/** Checks the function's own files and leaves them compiled beside their text. */
export async function compilePython(
  { folder, source, run }: BuildDraft,
  interpreter: Interpreter,
): Promise<CompileOutcome> {
  await writeFile(join(folder, PYTHON_CODE), source.codeText)
  const outcome = await run(compileStep(interpreter))
  if (outcome.kind === 'ended' && outcome.code === 0) {
    return { kind: 'compiled', entry: PYTHON_CODE }
  }
  const log = outcome.kind === 'not-started' ? outcome.reason : outcome.output
  const fault = /^(\w+): (.*) at (\S.*):([0-9]+)$/m.exec(log)
  const message =
    fault === null
      ? `the check ended with: ${outcome.kind}`
      : `${fault[1]}: ${fault[2]} at ${fault[3]}:${fault[4]}`
  return { kind: 'refused', message, log }
}

function compileStep(interpreter: Interpreter): ToolStep {
  return {
    title: 'python check',
    command: interpreter.executable,
    args: ['-I', '-S', '-X', 'utf8', COMPILE_SCRIPT, PYTHON_CODE],
    environment: () => ({ PATH: '/usr/bin:/bin', HOME: tmpdir() }),
    explain: (output) => output.trim().split('\n').at(-1) ?? '',
    readOnly: [...interpreter.folders, dirname(COMPILE_SCRIPT)],
  }
}
