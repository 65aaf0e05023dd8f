/** The paths of an HTTP server that are always the same; Streamable HTTP may be at any other. */
export const HTTP_PATHS = {
  sse: '/sse',
  /** Where clients of the older HTTP transport send messages. */
  message: '/message',
  healthz: '/healthz',
  readyz: '/readyz',
  metrics: '/metrics',
} as const;
