import type { LogLineView } from '../control/functions-control.ts'
import type { Flavor } from '../domain/flavor.ts'
import type { FlavorEnforcement } from '../domain/isolation.ts'
import type { Project, Region } from '../domain/project.ts'
import type { Task } from '../domain/task.ts'
import { utcSeconds, utcSecondsOrNull } from '../lib/utc-time.ts'
import type { FlavorWire } from './schemas/catalog.ts'
import type { LogsWire } from './schemas/logs.ts'
import type { ProjectWire } from './schemas/projects.ts'
import type { RegionWire } from './schemas/regions.ts'
import type { TaskWire } from './schemas/tasks.ts'

/** A deployment has one owner, whom the contract calls a client. */
export const CLIENT_ID = 1

export function logsWire(lines: readonly LogLineView[]): LogsWire {
  return { logs: lines.map(logLineWire) }
}

export function logLineWire(line: LogLineView): LogsWire['logs'][number] {
  return {
    Time: utcSeconds(line.timeMs),
    Pod: line.instanceId,
    Message: line.message,
    Timestamp: new Date(line.timeMs).toISOString(),
    Stream: line.stream,
    RequestId: line.requestId ?? '',
    Version: line.versionId,
    VersionNumber: line.versionNumber === null ? '' : String(line.versionNumber),
  }
}

export function taskWire(task: Task): TaskWire {
  const created = task.createdResources
  const createdSomething = Object.keys(created).length > 0
  return {
    id: task.id,
    task_type: task.type,
    state: task.state,
    detailed_state: task.state === 'FINISHED' || task.state === 'ERROR' ? task.state : null,
    error: task.error,
    created_resources: createdSomething ? createdResourcesWire(created) : null,
    project_id: task.projectId,
    region_id: task.regionId,
    user_id: task.userId === 0 ? task.tokenId : task.userId,
    client_id: CLIENT_ID,
    user_client_id: CLIENT_ID,
    created_on: utcSeconds(task.createdAtMs),
    updated_on: utcSeconds(task.updatedAtMs),
    finished_on: utcSecondsOrNull(task.finishedAtMs),
    acknowledged_at: null,
    acknowledged_by: null,
    request_id: task.requestId,
    job_id: null,
    schedule_id: null,
    lifecycle_policy_id: null,
    data: null,
  }
}

function createdResourcesWire(created: Task['createdResources']) {
  const { faas_functions: functions, faas_namespaces: namespaces } = created
  return {
    ...(functions === undefined ? {} : { faas_functions: [...functions] }),
    ...(namespaces === undefined ? {} : { faas_namespaces: [...namespaces] }),
  }
}

export function flavorWire(flavor: Flavor, enforcement: FlavorEnforcement): FlavorWire {
  return {
    name: flavor.name,
    cpu: flavor.cpuMilli,
    ram: flavor.memoryMb,
    memory_enforced_by: enforcement.memory,
    cpu_enforced_by: enforcement.cpu,
  }
}

export function projectWire(project: Project): ProjectWire {
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    is_default: project.isDefault,
    state: 'ACTIVE',
    client_id: CLIENT_ID,
    task_id: null,
    created_at: utcSeconds(project.createdAtMs),
    deleted_at: null,
  }
}

/** What the contract tells of machines, networks and disks is not there: false, null or empty. */
export function regionWire(region: Region, showVolumeTypes: boolean): RegionWire {
  const createdAt = utcSeconds(region.createdAtMs)
  return {
    id: region.id,
    display_name: region.displayName,
    slug: slugOf(region.displayName) || `region-${region.id}`,
    state: 'ACTIVE',
    // ISO 3166 keeps ZZ for "unknown".
    country: 'ZZ',
    zone: null,
    coordinates: null,
    access_level: 'core',
    endpoint_type: 'public',
    external_network_id: null,
    vlan_physical_network: '',
    ddos_endpoint_id: null,
    metrics_database_id: null,
    keystone_id: region.id,
    keystone_name: region.displayName,
    task_id: null,
    available_volume_types: showVolumeTypes ? [] : null,
    file_share_types: null,
    has_ai: false,
    has_ai_gpu: false,
    has_baremetal: false,
    has_basic_vm: false,
    has_dbaas: false,
    has_ddos: false,
    has_k8s: false,
    has_kvm: false,
    has_sfs: false,
    created_at: createdAt,
    created_on: createdAt,
  }
}

function slugOf(text: string): string {
  const hyphenated = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return hyphenated.replaceAll(/^-|-$/g, '')
}
