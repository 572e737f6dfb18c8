import { type Static, Type } from 'typebox'
import { DateTime, pageParams } from './common.ts'
import { answer, choices, collection, nullable, ref, refWith, withDefault } from './helpers.ts'

export const RegionAccessType = choices('RegionAccessType', ['core', 'edge'])
export const RegionEndpointType = choices('RegionEndpointType', ['admin', 'internal', 'public'])
export const RegionProduct = choices('RegionProductChoices', ['containers', 'inference'])
export const RegionState = choices('RegionState', [
  'ACTIVE',
  'DELETED',
  'DELETING',
  'DELETION_FAILED',
  'INACTIVE',
  'MAINTENANCE',
  'NEW',
])
export const RegionOrderBy = choices('RegionOrderByChoices', [
  'created_at.asc',
  'created_at.desc',
  'display_name.asc',
  'display_name.desc',
])
export const FileShareStorageType = choices('FileShareStorageType', ['standard', 'vast'])
export const Zone = choices('Zone', ['AMERICAS', 'APAC', 'EMEA', 'RUSSIA_AND_CIS'])

const Coordinates = '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$'
export const Coordinate = answer('Coordinate', {
  latitude: Type.String({ pattern: Coordinates }),
  longitude: Type.String({ pattern: Coordinates }),
})

export const RegionAnswer = answer('RegionSerializer', {
  id: Type.Integer(),
  display_name: Type.String(),
  slug: Type.String(),
  state: ref(RegionState),
  country: Type.String({ pattern: '^\\w{2}$' }),
  zone: nullable(ref(Zone)),
  coordinates: nullable(ref(Coordinate)),
  access_level: ref(RegionAccessType),
  endpoint_type: ref(RegionEndpointType),
  external_network_id: nullable(Type.String()),
  vlan_physical_network: Type.String(),
  ddos_endpoint_id: nullable(Type.Integer(), { default: null }),
  metrics_database_id: nullable(Type.Integer()),
  keystone_id: Type.Integer(),
  keystone_name: Type.String(),
  task_id: nullable(Type.String()),
  available_volume_types: nullable(Type.Array(Type.String())),
  file_share_types: nullable(Type.Array(ref(FileShareStorageType))),
  has_ai: Type.Boolean(),
  has_ai_gpu: Type.Boolean(),
  has_baremetal: Type.Boolean(),
  has_basic_vm: Type.Boolean(),
  has_dbaas: Type.Boolean(),
  has_ddos: Type.Boolean(),
  has_k8s: Type.Boolean(),
  has_kvm: Type.Boolean(),
  has_sfs: Type.Boolean(),
  created_at: DateTime,
  created_on: DateTime,
})
export const RegionList = collection('RegionCollectionSerializer', RegionAnswer)

export const RegionListQuery = Type.Object({
  display_name: Type.Optional(Type.String()),
  ...pageParams(100),
  order_by: withDefault(refWith(RegionOrderBy, { default: 'created_at.desc' })),
  product: Type.Optional(
    refWith(RegionProduct, { description: 'No region here offers these: either finds none.' }),
  ),
  show_volume_types: withDefault(Type.Boolean({ default: false })),
})

export type RegionWire = Static<typeof RegionAnswer>
