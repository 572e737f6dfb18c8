/** A colour in the light scheme and in the dark one, each at least 3:1 against what it lies on. */
export type ChartColor = `light-dark(${string})`

/** How areas are told apart by those who do not tell the colours apart. */
export type ChartPattern = 'solid' | 'stripes' | 'back-stripes' | 'dots' | 'grid'

export interface Series {
  readonly id: string
  readonly label: string
  readonly color: ChartColor
  /** Of bars; solid unless told. */
  readonly pattern?: ChartPattern
  /** Of lines, as `stroke-dasharray`; one that goes through unless told. */
  readonly dash?: string
}

/** The values of one step of time, in the order of the series; null where there is nothing to say. */
export interface ChartPoint {
  readonly atMs: number
  readonly values: readonly (number | null)[]
}

/** What every chart is told. */
export interface ChartData {
  /** By time, one for each step of the range. */
  readonly points: readonly ChartPoint[]
  readonly series: readonly Series[]
  readonly stepMs: number
  /** Of a value, in tables and where it is pointed at. */
  readonly format: (value: number) => string
  /** Of a value on the axis; short numbers unless told. */
  readonly axisFormat?: (value: number) => string
  /** Whether the values count things. */
  readonly isWhole?: boolean
}

export const COLORS = {
  cyan: 'light-dark(#0b7285, #3bc9db)',
  blue: 'light-dark(#1864ab, #74c0fc)',
  green: 'light-dark(#2b8a3e, #69db7c)',
  orange: 'light-dark(#b35c00, #ffc078)',
  red: 'light-dark(#c92a2a, #ff8787)',
  brown: 'light-dark(#7f4f24, #d4a373)',
  grape: 'light-dark(#862e9c, #da77f2)',
  indigo: 'light-dark(#364fc7, #91a7ff)',
  pink: 'light-dark(#a61e4d, #faa2c1)',
  gray: 'light-dark(#6c757d, #adb5bd)',
} as const satisfies Record<string, ChartColor>
