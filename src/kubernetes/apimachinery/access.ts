/** The kinds of write access to a cluster. */
export const WRITE_ACCESSES = ['create', 'update', 'delete', 'exec'] as const;
export type WriteAccess = (typeof WRITE_ACCESSES)[number];

/** What a tool or a request does in a cluster; `exec` covers every subresource that opens a container or a node. */
export type Access = 'read' | WriteAccess;

export function isWriteAccess(value: unknown): value is WriteAccess {
  return WRITE_ACCESSES.some((access) => access === value);
}
