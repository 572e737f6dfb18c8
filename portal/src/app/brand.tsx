import { Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { Link } from 'react-router'
import styles from './shell.module.css'

export function Brand() {
  return (
    <Link to="/" className={styles.brand} aria-label="Latchkey">
      <IconKey size={22} aria-hidden />
      <Text component="span" size="md" fw={700} visibleFrom="xs">
        Latchkey
      </Text>
    </Link>
  )
}
