import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds the server that answers what is not the portal's own. */
const SERVER = process.env.LATCHKEY_URL ?? 'http://127.0.0.1:8080'

/** Of forms and dialogs, which lists do without until one is opened. */
const FORMS =
  /@mantine\/core\/esm\/(?:components\/(?:Checkbox|Fieldset|FloatingIndicator|NativeSelect|NumberInput|PasswordInput|Radio|SegmentedControl|Switch|Textarea)|utils\/Input\w+)\/|portal\/src\/ui\/(?:confirm|dialog|leave|save|server-errors|shown)[-.\w]*$/
const SHARED = /node_modules\/@mantine\/(?:core|hooks)\/|portal\/src\/(?:app|ui)\/[^/]+$/

const isShared = (id: string) => SHARED.test(id) && !FORMS.test(id)

export default defineConfig({
  base: '/portal/',
  plugins: [react()],
  // The server puts one of its own in the place of this, for each page that it serves.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../dist/portal',
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    // The first with light-dark(): what it would be put into for others needs a scheme that CSS can read.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Small pictures would have to be let through the content security policy as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Many small files are compressed badly: what every page needs is one, what many need another.
        codeSplitting: {
          groups: [
            { name: 'base', tags: ['$initial'], priority: 3 },
            { name: 'shared', test: isShared, minShareCount: 5, priority: 2 },
            { name: 'forms', test: FORMS, minShareCount: 5, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/cloud': SERVER, '/iam': SERVER, '/openapi.json': SERVER } },
})
