/** What of the network a function may reach: what this machine reaches but for the machine itself, or nothing. */
export const NETWORK_ACCESSES = ['outbound', 'none'] as const
export type NetworkAccess = (typeof NETWORK_ACCESSES)[number]
