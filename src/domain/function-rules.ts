import type { FieldError } from './errors.ts'
import type { Autoscaling, SourceFiles } from './function.ts'

/** All further files of a function together, paths and contents. */
export const FILES_BYTES_MAX = 1024 * 1024

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
