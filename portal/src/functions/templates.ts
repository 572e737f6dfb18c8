import type { TestBeginning } from './test-beginning.ts'

/** What a new function can begin with. Its texts are the files of its folder in `templates/`. */
export interface Template {
  /** The folder: `nodejs/hello`. */
  readonly id: string
  readonly language: string
  readonly title: string
  readonly text: string
  /** The file that is the code. */
  readonly main: string
  /** Further files. */
  readonly files: readonly string[]
  /** The file that names the dependencies. */
  readonly dependencies?: string
  readonly mainMethod: string
  readonly flavor: string
  /** What shows it at its best. */
  readonly request: TestBeginning
}

const ADA: TestBeginning = { path: '/?name=Ada' }
const ADA_IN_JSON: TestBeginning = { method: 'POST', path: '/', body: '{"name": "Ada"}' }
const LINES: TestBeginning = { path: '/?count=5' }
const NOTE: TestBeginning = { method: 'POST', path: '/notes', body: '{"text": "Buy tea"}' }

const HELLO = { title: 'Hello', text: 'The shortest function: a name in, JSON out.' }
const JSON_API = {
  title: 'JSON API',
  text: 'Paths, methods, the query and a JSON body.',
  request: NOTE,
}
const STREAM = { title: 'Stream', text: 'Lines that leave as they are written.', request: LINES }

const NODEJS = { language: 'nodejs', main: 'handler.js', files: [], flavor: '80mCPU-128MB' }
const PYTHON = { language: 'python', main: 'handler.py', files: [], flavor: '80mCPU-128MB' }
const GO = { language: 'go', main: 'handler.go', files: [], flavor: '80mCPU-128MB' }
const JAVA = { language: 'java', main: 'Module.java', files: [], flavor: '125mCPU-256MB' }

export const TEMPLATES: readonly Template[] = [
  { ...NODEJS, ...HELLO, id: 'nodejs/hello', mainMethod: 'handler', request: ADA },
  { ...NODEJS, ...JSON_API, id: 'nodejs/json-api', mainMethod: 'fetch' },
  {
    ...NODEJS,
    id: 'nodejs/typescript',
    title: 'TypeScript',
    text: 'Types as they are, and a second file.',
    main: 'handler.ts',
    files: ['greet.ts'],
    mainMethod: 'handler',
    request: ADA_IN_JSON,
  },
  {
    ...NODEJS,
    id: 'nodejs/dependency',
    title: 'With a package',
    text: 'A package of the npm registry, named in package.json.',
    dependencies: 'package.json',
    mainMethod: 'fetch',
    request: { path: '/?title=Deja%20Vu%20Again' },
  },
  { ...NODEJS, ...STREAM, id: 'nodejs/stream', mainMethod: 'fetch' },
  { ...PYTHON, ...HELLO, id: 'python/hello', mainMethod: 'handler', request: ADA },
  { ...PYTHON, ...JSON_API, id: 'python/json-api', mainMethod: 'handler' },
  {
    ...PYTHON,
    id: 'python/dependency',
    title: 'Flask',
    text: 'A Flask application as it is, named in requirements.txt.',
    dependencies: 'requirements.txt',
    mainMethod: 'app',
    request: { path: '/hello?name=Ada' },
  },
  { ...PYTHON, ...STREAM, id: 'python/stream', mainMethod: 'handler' },
  {
    ...GO,
    ...HELLO,
    id: 'go/hello',
    text: 'The shortest function: a name in, text out.',
    mainMethod: 'Handler',
    request: ADA_IN_JSON,
  },
  { ...GO, ...JSON_API, id: 'go/json-api', mainMethod: 'Handler' },
  {
    ...GO,
    id: 'go/dependency',
    title: 'With a module',
    text: 'A module of others, named in go.mod.',
    dependencies: 'go.mod',
    mainMethod: 'Handler',
    request: { path: '/?name=example.com' },
  },
  { ...GO, ...STREAM, id: 'go/stream', mainMethod: 'Handler' },
  { ...JAVA, ...HELLO, id: 'java/hello', mainMethod: 'handler', request: ADA_IN_JSON },
  {
    ...JAVA,
    ...JSON_API,
    id: 'java/json-api',
    text: 'Paths, methods and a JSON body.',
    mainMethod: 'handler',
  },
  {
    ...JAVA,
    id: 'java/dependency',
    title: 'With a library',
    text: 'A library that pom.xml names.',
    dependencies: 'pom.xml',
    mainMethod: 'handler',
    request: { method: 'POST', path: '/', body: '{"text": "  tea   time "}' },
  },
  { ...JAVA, ...STREAM, id: 'java/stream', mainMethod: 'handler', request: { path: '/' } },
]
