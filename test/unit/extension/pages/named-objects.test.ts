import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutAt, mentionsIn, servedKind } from '../../../../src/extension/pages/named-objects.ts';
import { kind } from '../../../support/api-resource.ts';

describe('objects named in a text', () => {
  const served = [kind('Service', 'example.com'), kind('Service'), kind('Pod'), kind('ConfigMap')];
  const named = (text: string) => mentionsIn(text, served).map(({ resource, name }) => `${resource.kind} ${name}`);

  it('are found by kind and name, quoted or not', () => {
    assert.deepEqual(named('container web of pod web-5d runs; ConfigMap "app" does not exist'), [
      'Pod web-5d',
      'ConfigMap app',
    ]);
    assert.deepEqual(named('Service/api-1, needed by pod "x".'), ['Service api-1', 'Pod x']);
    assert.deepEqual(named('pod web-1. Then'), ['Pod web-1'], 'the sentence ends, not the name');
  });

  it('are no plain words, and of kinds that are served', () => {
    assert.deepEqual(named('the pod is not ready, no service has it; Widget "a"; tripod web-1'), []);
    assert.equal(servedKind('service', served)?.group, '');
  });

  it('cut the text without losing any of it', () => {
    const word = fc.constantFrom('pod ', 'Service/', 'ConfigMap "', 'web-1', 'a', '"', '. ', '-', ' ', '.');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join('');
        const parts = cutAt(text, mentionsIn(text, served));
        assert.equal(parts.map((part) => (typeof part === 'string' ? part : part.name)).join(''), text);
      }),
    );
  });
});
