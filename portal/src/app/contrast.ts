import {
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  parseThemeColor,
  type VariantColorsResolver,
} from '@mantine/core'

/** Their darkest shade does not carry white at 4.5:1. */
const TOO_LIGHT_FOR_WHITE: ReadonlySet<string> = new Set(['green', 'lime', 'yellow', 'orange'])

/** Text on what the theme fills or tints, readable in light and in dark (WCAG 2.2 AA). */
export const readableColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const { isThemeColor, shade, color } = parseThemeColor({ color: input.color, theme: input.theme })
  if (!isThemeColor || shade !== undefined) return colors
  if (input.variant === 'filled') {
    const onLight = TOO_LIGHT_FOR_WHITE.has(color) ? 'black' : 'white'
    // What lies under the pointer becomes lighter otherwise, and no longer carries white.
    const under = `color-mix(in srgb, ${colors.background} 88%, black)`
    return {
      ...colors,
      ...(onLight === 'white' && { hover: `light-dark(${under}, ${colors.hover})` }),
      color: `light-dark(var(--mantine-color-${onLight}), var(--mantine-color-black))`,
    }
  }
  if (input.variant === 'light') return { ...colors, color: tintedText(color) }
  return colors
}

function tintedText(color: string): string {
  const dark = `color-mix(in srgb, var(--mantine-color-${color}-9) 65%, black)`
  return `light-dark(${dark}, var(--mantine-color-${color}-2))`
}

/** The theme's own are 3:1 and less. */
export const readableVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545b62',
    '--mantine-color-placeholder': '#636a71',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    // Of buttons that say no colour of their own, which ask for no hover either.
    '--mantine-color-cyan-filled-hover':
      'color-mix(in srgb, var(--mantine-color-cyan-9) 88%, black)',
  },
  dark: {
    '--mantine-color-dimmed': '#a9abb0',
    '--mantine-color-placeholder': '#9a9ca1',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
})
