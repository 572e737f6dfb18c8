import type { FunctionView, NamespaceView } from '../control/functions-control.ts'
import { functionStatus } from '../domain/function-status.ts'
import type { InstanceFailure } from '../feed/nodes.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import type { FunctionWire } from './schemas/functions.ts'
import type { NamespaceWire } from './schemas/namespaces.ts'

export function functionWire({
  fn,
  instances,
  enforcement,
  endpoint,
  runtimeVersion,
}: FunctionView): FunctionWire {
  return {
    id: fn.id,
    name: fn.name,
    description: fn.description,
    runtime: fn.source.runtime,
    runtime_version: runtimeVersion,
    code_text: fn.source.codeText,
    files: { ...fn.source.files },
    dependencies: fn.source.dependencies,
    main_method: fn.source.mainMethod,
    envs: { ...fn.envs },
    secret_env_names: Object.keys(fn.secretEnvs).sort(),
    flavor: fn.flavor,
    timeout: fn.timeoutSeconds,
    max_body_bytes: fn.bodyBytesMax,
    network: fn.network,
    autoscaling: {
      min_instances: fn.autoscaling.minInstances,
      max_instances: fn.autoscaling.maxInstances,
    },
    enable_api_key: fn.requiresKey,
    disabled: fn.disabled,
    keys: [...fn.keys],
    namespace_keys: [...fn.namespaceKeys],
    endpoint,
    status: functionStatus({ ...fn, isDeployed: fn.deployed !== null }, instances),
    build_status: fn.buildStatus,
    build_message: fn.buildMessage,
    deploy_status: { total: instances.total, ready: instances.ready },
    last_failure: failureWire(instances.lastFailure),
    memory_enforced_by: enforcement.memory,
    cpu_enforced_by: enforcement.cpu,
    created_at: utcSeconds(fn.createdAtMs),
    updated_at: utcSeconds(fn.updatedAtMs),
  }
}

function failureWire(failure: InstanceFailure | undefined) {
  if (failure === undefined) return null
  const { reason, message, atMs } = failure
  return { reason, message, at: utcSeconds(atMs) }
}

export function namespaceWire({ namespace, functions, counts }: NamespaceView): NamespaceWire {
  return {
    name: namespace.name,
    description: namespace.description,
    envs: { ...namespace.envs },
    secret_env_names: Object.keys(namespace.secretEnvs).sort(),
    functions: functions.map(functionWire),
    functions_deploy_status: { ...counts },
    status: 'active',
    created_at: utcSeconds(namespace.createdAtMs),
  }
}
