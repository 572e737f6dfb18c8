import { useEffect, useState } from 'react'
import { useNavigation } from 'react-router'
import styles from './page-progress.module.css'

/** Shorter waits are not worth a sign. */
const SIGN_AFTER_MS = 150

/** That the next page is being fetched. */
export function PageProgress() {
  const isBusy = useNavigation().state !== 'idle'
  const [isShown, show] = useState(false)
  useEffect(() => {
    if (!isBusy) return
    const timer = setTimeout(() => show(true), SIGN_AFTER_MS)
    return () => {
      clearTimeout(timer)
      show(false)
    }
  }, [isBusy])
  if (!isShown) return null
  return <div className={styles.bar} role="progressbar" aria-label="Loading the page" />
}
