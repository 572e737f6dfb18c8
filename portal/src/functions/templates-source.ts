import type { Source } from './code-source.ts'
import type { Template } from './templates.ts'

const TEXTS = import.meta.glob<string>('./templates/**', {
  query: '?raw',
  import: 'default',
  eager: true,
})

export function sourceOfTemplate(template: Template): Source {
  const text = (file: string) => TEXTS[`./templates/${template.id}/${file}`] ?? ''
  return {
    code_text: text(template.main),
    files: Object.fromEntries(template.files.map((file) => [file, text(file)])),
    dependencies: template.dependencies === undefined ? '' : text(template.dependencies),
    main_method: template.mainMethod,
  }
}
