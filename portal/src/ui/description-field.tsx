import { Textarea, type TextareaProps } from '@mantine/core'

const CHARS_MAX = 255

/** In people's own words, as long as the API takes. */
export function DescriptionField(props: TextareaProps) {
  return <Textarea label="Description" maxLength={CHARS_MAX} autosize minRows={2} {...props} />
}
