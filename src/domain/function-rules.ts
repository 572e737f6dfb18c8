import type { FieldError } from './errors.ts'
import type { Autoscaling, SourceFiles } from './function.ts'
import { FILES_BYTES_MAX } from './function-limits.ts'

export function autoscalingErrors(autoscaling: Autoscaling): FieldError[] {
  if (autoscaling.minInstances <= autoscaling.maxInstances) return []
  return [
    {
      field: 'autoscaling.min_instances',
      message: 'must not be greater than autoscaling.max_instances',
    },
  ]
}

export function filesErrors(files: SourceFiles): FieldError[] {
  let bytes = 0
  for (const [path, content] of Object.entries(files)) {
    bytes += Buffer.byteLength(path) + Buffer.byteLength(content)
  }
  if (bytes <= FILES_BYTES_MAX) return []
  return [{ field: 'files', message: `holds ${bytes} bytes; at most ${FILES_BYTES_MAX} fit` }]
}
