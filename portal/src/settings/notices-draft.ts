import type { KeySettingsSerializer } from '../../../src/client/types.ts'
import { isMailAddress } from '../../../src/domain/mail-address.ts'
import { isWhole } from './key-settings.ts'
import { useTyped } from './settings-form.tsx'

const DAYS_MAX = 3650
const NOTICES_MAX = 20
const ADDRESSES_MAX = 50

/** What is typed of when keys are told of, and to whom. */
export function useNoticesDraft(settings: KeySettingsSerializer) {
  const typing = useTyped({
    days: settings.notice_days.join(', '),
    unused: String(settings.unused_days),
    emails: settings.notice_emails.join('\n'),
  })
  const { values, isChanged } = typing
  const days = partsOf(values.days).map(Number)
  const emails = partsOf(values.emails)
  const unused = values.unused.trim() === '' ? Number.NaN : Number(values.unused)
  const faults = {
    days: daysFault(days),
    unused: isWhole(unused, 0, DAYS_MAX) ? undefined : `A whole number from 0 to ${DAYS_MAX}.`,
    emails: emailsFault(emails),
  }
  return {
    ...typing,
    faults,
    isValid: Object.values(faults).every((fault) => fault === undefined),
    hasEmails: emails.length > 0,
    patch: {
      ...(isChanged('days') && { notice_days: days }),
      ...(isChanged('unused') && { unused_days: unused }),
      ...(isChanged('emails') && { notice_emails: emails }),
    },
  }
}

function partsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '')
}

function daysFault(days: readonly number[]): string | undefined {
  if (days.length > NOTICES_MAX) return `At most ${NOTICES_MAX} of them.`
  if (days.every((day) => isWhole(day, 1, DAYS_MAX))) return undefined
  return `Whole numbers from 1 to ${DAYS_MAX}, with commas between them.`
}

function emailsFault(emails: readonly string[]): string | undefined {
  if (emails.length > ADDRESSES_MAX) return `At most ${ADDRESSES_MAX} addresses.`
  const wrong = emails.find((email) => !isMailAddress(email))
  return wrong === undefined ? undefined : `${wrong} is no e-mail address.`
}
