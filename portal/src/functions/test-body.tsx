import { Box, Group, Image, SegmentedControl, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { FunctionTestSerializer } from '../../../src/client/types.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DownloadButton } from '../ui/download-button.tsx'
import classes from './test-body.module.css'
import { headerOf, sizeText } from './test-words.ts'

/** What a browser draws without running anything of it. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif)$/i

/** The body of an answer: JSON in order, text as it is, pictures and whatever else to be saved. */
export function TestBody({ answer }: { readonly answer: FunctionTestSerializer }) {
  const { body, body_encoding: encoding, body_bytes: bytes } = answer
  const formatted = useMemo(
    () => (encoding === 'text' ? formatJson(body) : undefined),
    [body, encoding],
  )
  const [view, setView] = useState('formatted')
  if (bytes === 0) return <Text c="dimmed">The answer has no body.</Text>
  const isFormatted = formatted !== undefined && view === 'formatted'
  const text = isFormatted ? formatted : body
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {typeOf(answer)}, {sizeText(bytes)}
          {answer.body_truncated && `, of which the first ${sizeText(sizeOf(answer))} are shown`}
        </Text>
        <Group gap="xs">
          {formatted !== undefined && (
            <SegmentedControl
              size="xs"
              aria-label="How the body is shown"
              data={[
                { value: 'formatted', label: 'Formatted' },
                { value: 'as-sent', label: 'As it came' },
              ]}
              value={view}
              onChange={setView}
            />
          )}
          {encoding === 'text' && <CopyButton value={text} label="Copy the body" />}
          <DownloadButton
            size="xs"
            fileName={fileNameOf(answer)}
            content={() => new Blob([bytesOf(answer)], { type: 'application/octet-stream' })}
          >
            Download
          </DownloadButton>
        </Group>
      </Group>
      {encoding === 'text' ? (
        <Box
          component="pre"
          className={classes.text!}
          // It scrolls, so it must be reached without a mouse.
          tabIndex={0}
          role="region"
          aria-label="Body of the answer"
        >
          {text}
        </Box>
      ) : (
        <Binary answer={answer} />
      )}
    </Stack>
  )
}

function Binary({ answer }: { readonly answer: FunctionTestSerializer }) {
  const type = typeOf(answer)
  if (!PICTURE.test(type) || answer.body_truncated) {
    return <Text c="dimmed">It is no text. Download it to look at it.</Text>
  }
  return (
    <Image
      src={`data:${type};base64,${answer.body}`}
      alt="The picture that the function answered"
      fit="contain"
      mah={360}
      maw="100%"
      w="auto"
    />
  )
}

/** `image/png`, without parameters. */
function typeOf(answer: FunctionTestSerializer): string {
  return headerOf(answer, 'content-type').split(';', 1)[0]!.trim() || 'no content type'
}

function sizeOf({ body, body_encoding: encoding }: FunctionTestSerializer): number {
  return encoding === 'text' ? new TextEncoder().encode(body).length : atob(body).length
}

function bytesOf({ body, body_encoding: encoding }: FunctionTestSerializer) {
  if (encoding === 'text') return body
  return Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0))
}

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/\bjson\b/, 'json'],
  [/^text\/html\b/, 'html'],
  [/^text\/csv\b/, 'csv'],
  [/\bxml\b/, 'xml'],
  [/^text\//, 'txt'],
  [/^image\/png\b/, 'png'],
  [/^image\/jpeg\b/, 'jpg'],
  [/^image\/gif\b/, 'gif'],
  [/^application\/pdf\b/, 'pdf'],
  [/^application\/zip\b/, 'zip'],
]

function fileNameOf(answer: FunctionTestSerializer): string {
  const type = headerOf(answer, 'content-type').toLowerCase()
  const ending = ENDINGS.find(([expression]) => expression.test(type))?.[1] ?? 'bin'
  return `answer.${ending}`
}

/** Undefined for what is no JSON object or array. Numbers stay as they were written. */
function formatJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.stringify(JSON.parse(text, keepNumber as never), null, 2)
  } catch {
    // Cut off, or never JSON: it is shown as it came.
    return undefined
  }
}

/** Beyond 2^53 a number would become another one; browsers that cannot keep its text show that. */
function keepNumber(_name: string, value: unknown, context?: { readonly source?: string }) {
  const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown }
  const { source } = context ?? {}
  return typeof value === 'number' && source !== undefined && rawJSON ? rawJSON(source) : value
}
