import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reasonIn } from '../../../../src/kubernetes/kustomize/kustomize-program.ts';

describe('the reason of a build that failed', () => {
  const prefix = 'E1126 11:34:05.123456   12345 run.go:72] ';

  it('is what the program says, without its label', () => {
    assert.equal(reasonIn('Error: no resources\n'), 'no resources');
    assert.equal(reasonIn(`${prefix}error: no resources\n`), 'no resources');
    assert.equal(reasonIn(`W1126 11:34:05.1 7 a-b.go:1] old field\n${prefix}no resources`), 'old field\nno resources');
  });

  it('is whole wherever only some of it looks like a label', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'EW1 2:.run go]\n') }), (text) => {
        const plain = text.trim().replace(/^error: /i, '');
        assert.equal(reasonIn(text), plain);
        assert.equal(reasonIn(`${prefix}x${text}`), `x${text}`.trim());
      }),
    );
  });
});
