import assert from 'node:assert/strict';
import type { Prometheus } from '../../../../src/kubernetes/metrics/prometheus.ts';
import { usagePeaks } from '../../../../src/kubernetes/metrics/usage-peaks.ts';
import { peakKey } from '../../../../src/kubernetes/workloads/unused-requests.ts';
import type { Workload } from '../../../../src/kubernetes/workloads/workload-of.ts';

const signal = new AbortController().signal;

function prometheus(answers: [RegExp, object[]][]): Prometheus & { queries: string[] } {
  const queries: string[] = [];
  return {
    place: 'test',
    queries,
    async ask(endpoint, { query = '' }) {
      assert.equal(endpoint, 'query');
      queries.push(query);
      const [, result = []] = answers.find(([pattern]) => pattern.test(query)) ?? [];
      return { data: { result }, warnings: [] };
    },
  };
}

const series = (namespace: string, pod: string, value: string) => ({
  metric: { namespace, pod, container: 'app' },
  value: [1, value],
});

describe('the most that was used', () => {
  const web: Workload = { namespace: 'shop', kind: 'Deployment', name: 'web' };
  const db: Workload = { namespace: 'data', kind: 'StatefulSet', name: 'db' };

  it('is that of all pods of a workload, former ones too, and of no other', async () => {
    const source = prometheus([
      [
        /^max by .*cpu_usage/,
        [series('shop', 'web-1-abcde', '0.5'), series('shop', 'web-0-zzzzz', '2'), series('data', 'web-1-abcde', '9')],
      ],
      [/time\(\)/, [series('shop', 'web-1-abcde', '60'), series('data', 'db-0', '7200')]],
      [
        /working_set/,
        [series('data', 'db-0', '1024'), series('data', 'db-0', 'NaN'), series('shop', 'webshop-1-abcde', '5')],
      ],
    ]);
    const peaks = await usagePeaks(source, [web, db], signal);
    assert.deepEqual(Object.fromEntries(peaks), {
      [peakKey(web, 'app')]: { cpu: 2, period: 60_000 },
      [peakKey(db, 'app')]: { memory: 1024, period: 7_200_000 },
    });
    const [first = ''] = source.queries;
    assert.match(
      first,
      /namespace=~"shop\|data",pod=~"web-\[a-z0-9\]\{1,10\}-\[a-z0-9\]\{5\}\|db-\[0-9\]\+",container!=""/,
    );
  });

  it('is not asked of no workload', async () => {
    const source = prometheus([]);
    assert.equal((await usagePeaks(source, [], signal)).size, 0);
    assert.deepEqual(source.queries, []);
  });

  it('cannot be asked of anything else by what a workload is called', async () => {
    const source = prometheus([]);
    await usagePeaks(
      source,
      [
        { ...db, name: 'a"} or {x="\\' },
        { ...db, namespace: 'x"}or{y="' },
      ],
      signal,
    );
    for (const query of source.queries) assert.equal((query.match(/(?<!\\)"/g)?.length ?? 0) % 2, 0, query);
    assert.doesNotMatch(source.queries.join('\n'), /[^\\]"\} ?or/);
  });
});
