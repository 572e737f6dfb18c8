import { Group, NumberInput, Radio, Stack, Text, Textarea } from '@mantine/core'
import { INSTANCES_MAX, TIMEOUT_SECONDS_MAX } from '../../../src/domain/function-limits.ts'
import type { Scope } from '../../../src/domain/names.ts'
import { FlavorSelect } from './configuration-flavor.tsx'
import { Section } from './configuration-section.tsx'
import { bytesText, type SettingName, type Settings } from './configuration-settings.ts'

export interface ConfigurationFieldsProps {
  readonly scope: Scope
  readonly settings: Settings
  readonly onChange: <Name extends SettingName>(name: Name, value: Settings[Name]) => void
  readonly errors: Partial<Record<string, string>>
  readonly readOnly: boolean
}

export function ConfigurationFields(props: ConfigurationFieldsProps) {
  const { scope, settings, onChange, errors, readOnly } = props
  return (
    <>
      <Section title="General">
        <Textarea
          label="Description"
          description="At most 255 characters."
          value={settings.description}
          onChange={(event) => onChange('description', event.currentTarget.value)}
          error={errors.description}
          readOnly={readOnly}
          autosize
          maw={560}
        />
      </Section>
      <Section title="Scaling">
        <Group align="flex-start" gap="lg">
          <WholeNumber
            label="Fewest instances"
            description={`0 to ${INSTANCES_MAX}. With 0 the first call starts one.`}
            value={settings.min}
            onChange={(value) => onChange('min', value)}
            error={errors.min}
            readOnly={readOnly}
          />
          <WholeNumber
            label="Most instances"
            description={`1 to ${INSTANCES_MAX}. Further calls wait.`}
            value={settings.max}
            onChange={(value) => onChange('max', value)}
            error={errors.max}
            readOnly={readOnly}
          />
        </Group>
        <FlavorSelect
          scope={scope}
          value={settings.flavor}
          onChange={(value) => onChange('flavor', value)}
          readOnly={readOnly}
          error={errors.flavor}
        />
      </Section>
      <Section title="Limits">
        <Group align="flex-start" gap="lg">
          <WholeNumber
            label="Time limit"
            description={`Seconds, up to ${TIMEOUT_SECONDS_MAX}; 0 is ${TIMEOUT_SECONDS_MAX}.`}
            value={settings.timeout}
            onChange={(value) => onChange('timeout', value)}
            error={errors.timeout}
            readOnly={readOnly}
          />
          <WholeNumber
            label="Largest body"
            description={bodyText(settings.bodyBytes)}
            value={settings.bodyBytes}
            onChange={(value) => onChange('bodyBytes', value)}
            error={errors.bodyBytes}
            readOnly={readOnly}
          />
        </Group>
      </Section>
      <Section title="Network">
        {readOnly ? (
          <Text size="sm">
            {settings.network === 'none'
              ? 'It reaches nothing.'
              : 'It reaches what this machine does.'}
          </Text>
        ) : (
          <Radio.Group
            label="What it can reach"
            value={settings.network}
            onChange={(value) => onChange('network', value as Settings['network'])}
            error={errors.network}
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="outbound"
                label="What this machine reaches"
                description="But for the machine itself and metadata addresses."
              />
              <Radio value="none" label="Nothing" />
            </Stack>
          </Radio.Group>
        )}
      </Section>
    </>
  )
}

function WholeNumber(props: {
  readonly label: string
  readonly description: string
  readonly value: number | ''
  readonly onChange: (value: number | '') => void
  readonly error: string | undefined
  readonly readOnly: boolean
}) {
  const { onChange, ...rest } = props
  return (
    <NumberInput
      {...rest}
      onChange={(value) => onChange(typeof value === 'number' ? value : '')}
      allowDecimal={false}
      allowNegative={false}
      hideControls
      w={{ base: '100%', xs: 260 }}
    />
  )
}

function bodyText(bytes: number | ''): string {
  const now = bytes === '' || bytes < 1024 ? '' : ` Now ${bytesText(bytes)}.`
  return `Bytes; 0 is what the server takes.${now}`
}
