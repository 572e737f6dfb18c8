import { createTheme, Menu, Modal, ModalRoot, Popover, Tooltip } from '@mantine/core'
import { readableColors } from './contrast.ts'
import tabs from './tabs.module.css'

/** Not only over what it is within. */
const OVER_ALL = { inner: { insetInline: 0 } }

/** One accent, readable as text and as a surface in light and in dark (WCAG 2.2 AA). */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 4 },
  variantColorResolver: readableColors,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", Menlo, "DejaVu Sans Mono", monospace',
  components: {
    // A dialog's head is no banner of the page.
    ModalHeader: { defaultProps: { component: 'div' } },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    // What the pointer shows the keyboard shows too. Fixed, so that none makes the page wider.
    Tooltip: Tooltip.extend({
      defaultProps: {
        events: { hover: true, focus: true, touch: true },
        multiline: true,
        floatingStrategy: 'fixed',
      },
    }),
    // As what is filled in and listed: one size of text on all pages.
    Text: { defaultProps: { size: 'sm' } },
    List: { defaultProps: { size: 'sm' } },
    Tabs: { classNames: { list: tabs.list, tab: tabs.tab } },
    // Within a landmark, as all that is on a page should be; their own headers are then none of the page.
    Popover: Popover.extend({ defaultProps: { portalProps: { target: 'main' } } }),
    ModalRoot: ModalRoot.extend({
      defaultProps: { portalProps: { target: 'main' } },
      styles: OVER_ALL,
    }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        portalProps: { target: 'main' },
      },
      styles: { ...OVER_ALL, title: { fontWeight: 600 } },
    }),
    // The place that it would begin at is none that a menu may have.
    Menu: Menu.extend({ defaultProps: { shadow: 'md', withInitialFocusPlaceholder: false } }),
  },
})
