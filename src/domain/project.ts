export interface Project {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly isDefault: boolean
  readonly createdAtMs: number
}

export interface Region {
  readonly id: number
  readonly displayName: string
  readonly createdAtMs: number
}
