import assert from 'node:assert/strict';
import { Destinations } from '../../../../src/extension/pages/destinations.ts';

describe('the destinations of a page', () => {
  const pod = (name: string) => ({ type: 'page', coordinates: { resource: 'pods', namespace: 'shop', name } }) as const;

  it('keep their numbers from one version to the next, and are forgotten after that', () => {
    const destinations = new Destinations();
    destinations.begin();
    const a = destinations.link('a', pod('a')).to;
    const b = destinations.link('b', pod('b')).to;
    assert.notEqual(a, b);
    destinations.begin();
    assert.equal(destinations.link('again', pod('a')).to, a);
    assert.deepEqual(destinations.at(b), pod('b'), 'the page may still show it');
    destinations.begin();
    assert.equal(destinations.at(b), undefined);
    assert.notEqual(destinations.link('b', pod('b')).to, a);
  });

  it('are those that were offered, and no others', () => {
    const destinations = new Destinations();
    destinations.begin();
    destinations.link('a', pod('a'));
    for (const made of [0, 2, -1, Number.NaN]) assert.equal(destinations.at(made), undefined);
  });
});
