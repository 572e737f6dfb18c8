/** Of the code, and of the dependencies, each. */
export const CODE_CHARS_MAX = 100_000
/** All further files of a function together, paths and contents. */
export const FILES_BYTES_MAX = 1024 * 1024
export const TIMEOUT_SECONDS_MAX = 180
export const INSTANCES_MAX = 50
/** The most that a limit on bodies may say. */
export const BODY_BYTES_MOST = 1024 ** 4
