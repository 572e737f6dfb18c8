import type { ReactNode } from 'react'
import styles from './key-value.module.css'

export interface KeyValueProps {
  /** Null and undefined leave the pair out. */
  readonly items: readonly (readonly [label: string, value: ReactNode])[]
}

/** What is known of one thing: names beside their values, above them where it is narrow. */
export function KeyValue({ items }: KeyValueProps) {
  return (
    <dl className={styles.list}>
      {items
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([label, value]) => (
          <div key={label} className={styles.pair}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
