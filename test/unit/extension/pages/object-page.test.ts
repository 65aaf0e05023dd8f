import assert from 'node:assert/strict';
import { Destinations } from '../../../../src/extension/pages/destinations.ts';
import { mentionsIn } from '../../../../src/extension/pages/named-objects.ts';
import type { ObjectFacts } from '../../../../src/extension/pages/object-facts.ts';
import { objectPage } from '../../../../src/extension/pages/object-page.ts';
import { UsageHistory } from '../../../../src/extension/pages/usage-history.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { cause } from '../../../../src/kubernetes/diagnosis/facts/finding.ts';
import { say } from '../../../../src/kubernetes/diagnosis/facts/message.ts';
import { kind } from '../../../support/api-resource.ts';

describe('the page of an object', () => {
  const [pods, replicaSets, configMaps] = [kind('Pod'), kind('ReplicaSet', 'apps'), kind('ConfigMap')];
  const facts: ObjectFacts = {
    connection: { context: { name: 'dev' } } as unknown as Connection,
    resource: pods,
    object: {
      metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False', reason: 'Unready', message: 'no' }] },
    },
    columns: [{ name: 'Status', text: 'CrashLoopBackOff' }],
    diagnosis: {
      summary: '0/1 CrashLoopBackOff',
      findings: [cause(say`ConfigMap "app" has no key "a"; ConfigMap "other" does not exist`)],
      evidence: [{ title: 'Log', lines: ['\tat main'] }],
      ...{ children: [], warnings: [], owners: [], verdict: say`` },
    },
    limits: ['Not readable for this user, so not considered: events'],
    mentionsIn: (text) => mentionsIn(text, [configMaps]).filter(({ name }) => name === 'app'),
    owners: [{ kind: 'ReplicaSet', name: 'web', resource: replicaSets, namespace: 'shop', isGone: false }],
    related: { value: [] },
    uses: [
      { kind: 'ReplicaSet', resource: replicaSets, namespace: 'shop', name: 'web' },
      { kind: 'ConfigMap', resource: configMaps, namespace: 'shop', name: 'app' },
    ],
    events: { failure: new RangeError('no events') },
    usage: { value: undefined },
    revisions: { value: [] },
    changes: [],
  };
  const destinations = new Destinations();
  const page = objectPage(facts, new UsageHistory(), destinations);
  const section = (id: string) => page.sections.find((one) => one.id === id);

  it('says how it is, with links to what the findings name and there is', () => {
    assert.deepEqual(page.state, { tone: 'bad', spoken: 'failing' });
    assert.equal(page.subtitle, 'Pod · dev / shop');
    const content = section('findings')?.content;
    const [item] = content?.type === 'list' ? content.items : [];
    const [before, link, after] = item?.line ?? [];
    assert.deepEqual([before, after], ['ConfigMap "', '" has no key "a"; ConfigMap "other" does not exist']);
    assert.ok(typeof link === 'object' && link.text === 'app');
    const coordinates = { context: 'dev', resource: 'configmaps', namespace: 'shop', name: 'app' };
    assert.deepEqual(destinations.at(link.to), { type: 'page', coordinates });
    assert.deepEqual(section('findings')?.notes, facts.limits);
  });

  it('has its owners above it, and what it uses below, each once', () => {
    const content = section('relations')?.content;
    const [top] = content?.type === 'graph' ? content.items : [];
    assert.deepEqual(
      top?.line.map((part) => (typeof part === 'string' ? part : part.text)),
      ['ReplicaSet web'],
    );
    const [self] = top?.items ?? [];
    assert.deepEqual([self?.isSelf, self?.line], [true, ['Pod web-1']]);
    assert.deepEqual(
      self?.items?.map(({ line, items }) => [line, items?.length]),
      [[['Uses'], 1]],
    );
  });

  it('says in its place what could not be read', () => {
    assert.deepEqual(section('events')?.notes, ['no events']);
    assert.equal(section('revisions'), undefined, 'a pod has none');
  });

  it('keeps the indentation of output', () => {
    const content = section('evidence')?.content;
    assert.deepEqual(content?.type === 'texts' && content.texts, [{ title: 'Log', lines: ['    at main'] }]);
  });
});
