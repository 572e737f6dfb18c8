import { Card, Group, Radio, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import type { RuntimesSerializer } from '../../../src/client/types.ts'
import { languageOfRuntime } from './code-names.ts'
import classes from './new-function.module.css'
import { templatesOf } from './new-function-form.ts'

const NAMES: Readonly<Record<string, string>> = {
  nodejs: 'Node.js',
  python: 'Python',
  go: 'Go',
  java: 'Java',
  dotnet: '.NET',
}

/** `nodejs26` as `Node.js 26`. */
export function runtimeText(runtime: string): string {
  const language = languageOfRuntime(runtime)
  return `${NAMES[language] ?? language} ${runtime.slice(language.length)}`.trim()
}

/** Language and version: those alone that this server can run. */
export function LanguageChoice({
  runtimes,
  runtime,
  onChange,
}: {
  readonly runtimes: RuntimesSerializer
  readonly runtime: string
  readonly onChange: (runtime: string) => void
}) {
  const language = languageOfRuntime(runtime)
  const versions = runtimes.details.filter((one) => one.language === language)
  return (
    <Stack gap="sm">
      <Radio.Group
        label="Language"
        value={language}
        onChange={(chosen) => onChange(runtimes.runtimes[chosen]![0]!)}
      >
        <Group gap="lg" mt="xs">
          {Object.keys(runtimes.runtimes).map((one) => (
            <Radio key={one} value={one} label={NAMES[one] ?? one} />
          ))}
        </Group>
      </Radio.Group>
      <Select
        label="Version"
        data={versions.map(({ name, ready }) => ({
          value: name,
          label: `${runtimeText(name)}${ready ? '' : ' · fetched by the first build'}`,
        }))}
        value={runtime}
        onChange={(chosen) => chosen !== null && onChange(chosen)}
        allowDeselect={false}
        maw={360}
      />
    </Stack>
  )
}

/** What the function begins with. */
export function TemplateChoice({
  language,
  templateId,
  onChange,
}: {
  readonly language: string
  readonly templateId: string
  readonly onChange: (id: string) => void
}) {
  return (
    <Radio.Group label="Template" value={templateId} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" mt="xs">
        {templatesOf(language).map(({ id, title, text }) => (
          <Card key={id} withBorder padding="sm" className={classes.card!}>
            <Radio
              value={id}
              label={title}
              description={text}
              classNames={{ body: classes.body!, inner: classes.inner! }}
            />
          </Card>
        ))}
      </SimpleGrid>
      {templatesOf(language).length === 0 && (
        <Text size="sm" c="dimmed">
          There are none for this language.
        </Text>
      )}
    </Radio.Group>
  )
}
