/** What the API server says of a request that stays open: a watch, a log that is followed. */
interface RequestLabels {
  resource?: string;
  subresource?: string;
  scope?: 'namespace' | 'resource';
  verb?: 'WATCH';
}

/** How many requests with these labels the API server has open, by its metrics (`kubectl get --raw /metrics`). */
export function openRequests(metrics: string, labels: RequestLabels): number {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  let count = 0;
  for (const [, has = '', value] of metrics.matchAll(/^apiserver_longrunning_requests\{(.*)\} (\d+)$/gm))
    if (wanted.every((label) => has.split(',').includes(label))) count += Number(value);
  return count;
}
