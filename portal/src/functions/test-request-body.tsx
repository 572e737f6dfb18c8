import {
  FileInput,
  Input,
  NativeSelect,
  SegmentedControl,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useId } from 'react'
import { MONOSPACE } from './request-line.tsx'
import { CONTENT_TYPES, type TestDraft } from './test-request.ts'
import { sizeText } from './test-words.ts'
import { FILE_BYTES_MAX, useBodyFile } from './use-body-file.ts'

export interface TestRequestBodyProps {
  readonly draft: TestDraft
  readonly onChange: (part: Partial<TestDraft>) => void
  readonly error: string | undefined
}

/** The body of a test's request: text that is written here, or a file. */
export function TestRequestBody(props: TestRequestBodyProps) {
  const { sendsFile } = props.draft
  const id = useId()
  return (
    <>
      <Input.Wrapper label="Kind of body" labelElement="div" labelProps={{ id }}>
        <div>
          <SegmentedControl
            aria-labelledby={id}
            data={[
              { value: 'text', label: 'Text' },
              { value: 'file', label: 'File' },
            ]}
            value={sendsFile ? 'file' : 'text'}
            onChange={(kind) => props.onChange({ sendsFile: kind === 'file' })}
          />
        </div>
      </Input.Wrapper>
      {sendsFile ? <FileFields {...props} /> : <TextFields {...props} />}
    </>
  )
}

function TextFields({ draft, onChange, error }: TestRequestBodyProps) {
  return (
    <>
      <NativeSelect
        label="Content type"
        data={CONTENT_TYPES}
        value={draft.contentType}
        onChange={({ currentTarget }) => onChange({ contentType: currentTarget.value })}
        maw={260}
      />
      <Textarea
        label="Body"
        value={draft.body}
        error={error}
        onChange={({ currentTarget }) => onChange({ body: currentTarget.value })}
        autosize
        minRows={4}
        maxRows={16}
        spellCheck={false}
        styles={MONOSPACE}
      />
    </>
  )
}

function FileFields({ draft, onChange, error }: TestRequestBodyProps) {
  const { file, fileType } = draft
  const { choose, fault } = useBodyFile(onChange)
  return (
    <>
      <FileInput
        label="File"
        description={
          file === null
            ? `It is sent as it is; ${sizeText(FILE_BYTES_MAX)} at most.`
            : `${sizeText(file.source.size)}, sent as it is.`
        }
        placeholder="Choose a file"
        value={file?.source ?? null}
        onChange={choose}
        error={fault ?? error}
        clearable
        clearButtonProps={{ 'aria-label': 'Remove the file' }}
        maw={420}
      />
      <TextInput
        label="Content type"
        description="Filled in from the file. Empty for none."
        value={fileType}
        onChange={({ currentTarget }) => onChange({ fileType: currentTarget.value })}
        maw={420}
        autoComplete="off"
        spellCheck={false}
      />
    </>
  )
}
