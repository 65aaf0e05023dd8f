import assert from 'node:assert/strict';
import { Destinations } from '../../../../src/extension/pages/destinations.ts';
import { subjectOf } from '../../../../src/extension/pages/subjects.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';

describe('what a page is about', () => {
  const pod = { resource: 'pods', namespace: 'shop', name: 'web-1' };
  const offline = {
    context: { name: 'dev' },
    discovery: { resolve: () => Promise.reject(new Error('offline')), all: () => Promise.reject(new Error('offline')) },
    client: { json: () => Promise.reject(new Error('offline')) },
  } as unknown as Connection;

  it('leaves the links of what is shown as they are while it cannot be read', async () => {
    const subject = subjectOf({ target: undefined, coordinates: pod });
    const destinations = new Destinations();
    destinations.begin();
    const { to } = destinations.link('web-1', { type: 'page', coordinates: pod });
    for (const _ of ['once', 'and again'])
      await assert.rejects(subject.read(offline, destinations, new AbortController().signal), /offline/);
    assert.notEqual(destinations.at(to), undefined);
  });
});
