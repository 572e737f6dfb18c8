import { Input, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core'
import { Section } from '../ui/section.tsx'
import { timeZone } from '../ui/times.ts'

/** Of this browser alone. */
export function Preferences() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title="In this browser">
      <Stack maw={420}>
        <div>
          <Input.Label component="div" id="scheme">
            Colours
          </Input.Label>
          <SegmentedControl
            aria-labelledby="scheme"
            fullWidth
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'auto', label: 'As the system' },
            ]}
          />
        </div>
        <Text size="sm">
          Times are shown in the zone of this computer, <strong>{timeZone()}</strong>
          {timeZone() === 'UTC' ? '.' : ', and in UTC when you point at them.'}
        </Text>
      </Stack>
    </Section>
  )
}
