import { note } from './output.ts'
import { visible } from './visible.ts'

export interface Progress {
  /** What is going on now. */
  update(text: string): void
  /** A line that stays. */
  log(line: string): void
  end(): void
}

/** On standard error: one moving line on a terminal, a line for each news elsewhere. */
export function startProgress(): Progress {
  return process.stderr.isTTY ? movingLine() : plainLines()
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 100

function movingLine(): Progress {
  let text = ''
  let frame = 0
  const clear = () => process.stderr.write('\r\u001b[K')
  const draw = () => {
    if (text === '') return
    clear()
    const columns = process.stderr.columns || 80
    process.stderr.write(`${FRAMES[frame++ % FRAMES.length]} ${text}`.slice(0, columns - 1))
  }
  const timer = setInterval(draw, FRAME_MS)
  timer.unref()
  return {
    update(next) {
      text = visible(next)
      draw()
    },
    log(line) {
      clear()
      note(visible(line))
      draw()
    },
    end() {
      clearInterval(timer)
      clear()
    },
  }
}

function plainLines(): Progress {
  let last = ''
  return {
    update(text) {
      if (text !== last) note(visible(text))
      last = text
    },
    log: (line) => note(visible(line)),
    end: () => {},
  }
}
