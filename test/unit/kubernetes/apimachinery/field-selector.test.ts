import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demandedField, fieldSelector } from '../../../../src/kubernetes/apimachinery/field-selector.ts';
import { processorTime } from '../../../support/load.ts';

const value = fc.string({ unit: fc.constantFrom('a', '=', ',', '\\', '!', ' ', '(', '\n', 'é') });

/** As Kubernetes' fields.ParseSelector reads it; undefined for what it refuses. */
function parsed(selector: string): [string, string, string][] | undefined {
  const terms: string[] = [''];
  for (let at = 0; at < selector.length; at += 1) {
    const taken = selector[at] === '\\' ? selector.slice(at, at + 2) : selector.charAt(at);
    if (taken === ',') terms.push('');
    else terms.push(`${terms.pop()}${taken}`);
    at += taken.length - 1;
  }
  const read = terms
    .filter((term) => term !== '')
    .map((term): [string, string, string] | undefined => {
      const at = /!=|==?/.exec(term);
      const raw = term.slice((at?.index ?? 0) + (at?.[0].length ?? 0));
      if (!at || !/^(?:\\[\\,=]|[^\\,=])*$/.test(raw)) return undefined;
      return [term.slice(0, at.index), at[0], raw.replace(/\\([\\,=])/g, '$1')];
    });
  return read.includes(undefined) ? undefined : read.filter((one) => one !== undefined);
}

describe('a field selector', () => {
  it('has the values as they are, whatever signs are in them', () => {
    fc.assert(
      fc.property(value, value, (name, kind) => {
        const selector = fieldSelector({ 'metadata.name': name, kind });
        assert.deepEqual(parsed(selector), [
          ['metadata.name', '=', name],
          ['kind', '=', kind],
        ]);
        assert.deepEqual([demandedField(selector, 'metadata.name'), demandedField(selector, 'kind')], [name, kind]);
      }),
    );
    assert.equal(fieldSelector({ 'metadata.name': 'a=b,c\\d' }), 'metadata.name=a\\=b\\,c\\\\d');
    assert.equal(fieldSelector({ 'metadata.name': 'system:node' }), 'metadata.name=system:node');
  });

  it('leaves out what is undefined', () => {
    assert.equal(fieldSelector({ type: undefined, kind: 'Pod' }), 'kind=Pod');
    assert.equal(fieldSelector({ type: undefined }), undefined);
  });

  it('demands what the API server reads in it', () => {
    const any = fc.string({ unit: fc.constantFrom('a', 'b', '=', '==', '!=', '!', ',', '\\') });
    fc.assert(
      fc.property(any, (selector) => {
        const expected = parsed(selector)?.find(([name, sign]) => name === 'a' && sign !== '!=')?.[2];
        assert.equal(demandedField(selector, 'a'), expected, selector);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read in little time, whatever it is', async () => {
    for (const part of ['a=b,', 'a', '!', '=', '\\', '\\,', ','])
      for (const start of ['', 'a=', '!']) {
        const text = `${start}${part.repeat(100_000)}`;
        const took = await processorTime(() => demandedField(text, 'a'));
        assert.ok(took < 500, `${start}${part}: ${took} ms`);
      }
  });
});
