/** A function that tries what a hostile one would. `/<name>?<JSON>` makes the attempt; the answer says what came of it. */
const { spawn, spawnSync, execFileSync } = require('node:child_process')
const fs = require('node:fs')
const net = require('node:net')

exports.handler = async (event) => {
  const { path, query } = event.extensions.request
  const given = query.given ? JSON.parse(query.given) : {}
  return JSON.stringify(await attempts[path.slice(1)](given))
}

/** Each answers `{got}`: what it should not have, or null. */
const attempts = {
  'read-files': ({ paths }) => first(paths, (path) => fs.statSync(path) && path),
  'read-environments': ({ secret }) =>
    first(
      fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid)),
      (pid) => fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(secret) && pid,
    ),
  'see-processes': ({ words }) =>
    first(
      fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)),
      (pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(words) && pid,
    ),
  signal: ({ pid }) => first([pid], () => process.kill(pid, 'SIGKILL') && pid),
  'write-code': () =>
    first([__filename, `${__dirname}/more.js`], (path) => {
      fs.appendFileSync(path, '\n')
      return path
    }),
  'write-system': () =>
    first(['/', '/usr', '/etc', '/dev', '/proc/sys/kernel', '/sys'], (folder) => {
      fs.writeFileSync(`${folder}/latchkey-was-here`, '')
      fs.rmSync(`${folder}/latchkey-was-here`)
      return folder
    }),
  'change-kernel': () =>
    first(
      ['/proc/sys/vm/swappiness', '/proc/sys/kernel/core_pattern', '/proc/self/oom_score_adj'],
      (path) => {
        const value = path.endsWith('oom_score_adj') ? '-900' : fs.readFileSync(path, 'utf8')
        fs.writeFileSync(path, value)
        return path
      },
    ),
  'open-devices': () =>
    first(
      ['/dev/mem', '/dev/kmsg', '/dev/vda', '/dev/sda', '/dev/net/tun', '/dev/fuse', '/dev/kvm'],
      (path) => fs.closeSync(fs.openSync(path, 'r+')) ?? path,
    ),
  'make-device': () => command('mknod', ['/tmp/disk', 'b', '8', '0']),
  'see-hardware': () =>
    first(['/sys/class', '/sys/fs/cgroup'], (path) => fs.existsSync(path) && path),
  'fill-folders': () =>
    first(['/tmp', '/dev/shm', '/run/latchkey'], (folder) => {
      if (!fs.existsSync(folder)) return undefined
      return fillFile(`${folder}/full`, 300) && folder
    }),
  'fill-inherited-file': () => {
    const chunk = Buffer.alloc(1024 * 1024)
    for (let i = 0; i < 300; i++) fs.writeSync(4, chunk, 0, chunk.length, i * chunk.length)
    return { got: 'fd 4' }
  },
  'many-processes': () => {
    const children = []
    for (let i = 0; i < 700; i++) {
      const child = spawn('sleep', ['60'], { stdio: 'ignore' })
      child.on('error', () => {})
      if (child.pid === undefined) break
      children.push(child)
    }
    for (const child of children) child.kill('SIGKILL')
    return { got: children.length >= 700 ? `${children.length} processes` : null }
  },
  'many-files': () => {
    const open = []
    try {
      for (let i = 0; i < 20_000; i++) open.push(fs.openSync('/dev/null', 'r'))
      return { got: `${open.length} files` }
    } catch (error) {
      return { got: null, why: error.code }
    } finally {
      for (const fd of open) fs.closeSync(fd)
    }
  },
  connect: async ({ targets }) => {
    const words = {}
    for (const target of targets) {
      const word = await reach(target)
      words[JSON.stringify(target)] = word
      if (word === 'connected') return { got: JSON.stringify(target) }
    }
    return { got: null, why: words }
  },
  'new-namespace': () => command('unshare', ['-Ur', 'true']),
  'mount-memory': () => command('mount', ['-t', 'tmpfs', 'none', '/tmp']),
  'change-root': () => command('chroot', ['/', '/bin/true']),
  'enter-first-process': () => command('nsenter', ['-t', '1', '-m', 'true']),
  'change-network': () => command('ip', ['route', 'del', 'unreachable', '169.254.0.0/16']),
  'gain-privileges': () => {
    const status = fs.readFileSync('/proc/self/status', 'utf8')
    const capabilities = /^CapEff:\s*(\w+)/m.exec(status)[1]
    if (!/^NoNewPrivs:\s*1$/m.test(status)) return { got: 'new privileges' }
    return { got: /^0+$/.test(capabilities) ? null : `capabilities ${capabilities}` }
  },
  'be-root': () => ({ got: process.getuid() === 0 ? 'uid 0' : null }),
  'trace-processes': () => call('ptrace', { x64: 101, arm64: 117 }, [0, 0, 0, 0]),
  'hidden-memory': () => call('memfd_create', { x64: 319, arm64: 279 }, ['$s', 0]),
  'use-keyring': () => call('keyctl', { x64: 250, arm64: 219 }, [0, -3, 0, 0, 0]),
  'load-program': () => call('bpf', { x64: 321, arm64: 280 }, [0, '$s', 128]),
  'swap-socket': ({ target }) => {
    const own = '/run/latchkey/i.sock'
    if (!fs.existsSync(own)) return { got: null, why: 'no such folder' }
    fs.rmSync(own)
    fs.symlinkSync(target, own)
    return { got: null }
  },
  'fill-memory': () => {
    const kept = []
    for (let i = 0; i < 3000; i++) kept.push(Buffer.alloc(1024 * 1024, 1))
    return { got: `${kept.length} MB` }
  },
  'fill-memory-of-children': () => {
    const script = 'const k=[];for(let i=0;i<3000;i++)k.push(Buffer.alloc(1048576,1))'
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, ['-e', script], { stdio: 'ignore' }),
    )
    return new Promise((resolve) => {
      let left = children.length
      for (const child of children) {
        child.once('exit', (code) => {
          left -= 1
          if (left === 0) resolve({ got: code === 0 ? 'all' : null })
        })
      }
    })
  },
  daemonise: ({ words }) => {
    spawn('setsid', ['sh', '-c', `trap "" TERM HUP; exec sleep ${words}`], {
      detached: true,
      stdio: 'ignore',
      env: {},
    }).unref()
    return { got: null }
  },
  'never-end': () => {
    process.on('SIGTERM', () => {})
    for (;;);
  },
  hello: () => ({ got: null }),
}

function first(candidates, attempt) {
  let why
  for (const candidate of candidates) {
    try {
      const got = attempt(candidate)
      if (got) return { got }
    } catch (error) {
      why = error.code ?? error.message
    }
  }
  return { got: null, why }
}

function command(name, args) {
  const { status, stderr, error } = spawnSync(name, args, { encoding: 'utf8' })
  return { got: status === 0 ? [name, ...args].join(' ') : null, why: error?.code ?? stderr.trim() }
}

/** By Perl, which can make any system call; where there is none it is not tried. */
function call(name, numbers, args) {
  const number = numbers[process.arch]
  if (number === undefined) return { got: null, why: 'not tried' }
  const script = `my $s = "\\0" x 128; my $r = syscall(${[number, ...args].join(',')}); print $r == -1 ? int($!) : "done"`
  try {
    const said = execFileSync('perl', ['-e', script], { encoding: 'utf8' })
    return { got: said === 'done' ? name : null, why: said }
  } catch (error) {
    return { got: null, why: `not tried: ${error.code}` }
  }
}

function fillFile(path, megabytes) {
  const chunk = Buffer.alloc(1024 * 1024, 1)
  const fd = fs.openSync(path, 'w')
  try {
    for (let i = 0; i < megabytes; i++) fs.writeSync(fd, chunk)
    return true
  } finally {
    fs.closeSync(fd)
    fs.rmSync(path)
  }
}

function reach(target) {
  return new Promise((resolve) => {
    const socket = net.connect(target)
    const end = (word) => {
      socket.destroy()
      resolve(word)
    }
    socket.setTimeout(2000, () => end('timeout'))
    socket.once('connect', () => end('connected'))
    socket.once('error', (error) => end(error.code))
  })
}
