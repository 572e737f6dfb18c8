import type { NewFunction } from './functions-control.ts'

export const DEMO = { namespace: 'demo', name: 'hello', key: 'demo' } as const

const CODE = `// Called for every request. What it returns is the answer: text, an object (JSON), bytes or a stream.
module.exports = {
  handler(event, context) {
    const { request } = event.extensions
    // Latchkey has checked the key; the function sees its name, never its secret.
    const caller = request.get('latchkey-key-name') ?? 'stranger'
    const greeting = \`Hello, \${caller}!\`

    if ((request.get('accept') ?? '').includes('application/json')) {
      return { message: greeting, function: context['function-name'], path: request.path }
    }
    return \`\${greeting} This is \${context['function-name']}, a function behind an API key.\\n\`
  },
}
`

export function demoFunction(runtime: string): NewFunction {
  return {
    name: DEMO.name,
    description: 'Greets the caller by the name of the API key.',
    runtime,
    codeText: CODE,
    files: {},
    dependencies: '',
    mainMethod: 'handler',
    envs: {},
    flavor: '80mCPU-128MB',
    timeoutSeconds: 10,
    bodyBytesMax: 0,
    autoscaling: { minInstances: 0, maxInstances: 2 },
    requiresKey: true,
    disabled: false,
    keys: [],
  }
}
