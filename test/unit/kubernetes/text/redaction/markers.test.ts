import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { holdsMarker, markerOf, withMarkersChanged } from '../../../../../src/kubernetes/text/redaction/markers.ts';
import { tooSlow, usualTime } from '../../../../support/growth.ts';

describe('markers', () => {
  it('are found however they come back', () => {
    const marker = markerOf('hunter2');
    for (const text of [marker, `postgres://bob:${marker}@db`, '<redacted>', '<redacted #1a2b, changed, 12 bytes>'])
      assert.ok(holdsMarker(text), text);
    // The # begins a comment, which takes the rest of the marker.
    assert.ok(holdsMarker(parse(`password: ${marker}`).password));
    for (const text of ['', 'redacted', 'it was redacted >', '<redact>', '<redactedly>', 7, undefined, [marker]])
      assert.ok(!holdsMarker(text), String(text));
  });

  it('are found in time, whatever begins like them', () => {
    const baseline = usualTime(() => holdsMarker('<redacted> '.repeat(9_000)));
    const problem = tooSlow(
      (times) => {
        const text = '<redacted '.repeat(10_000 * times);
        return () => holdsMarker(text);
      },
      Math.max(baseline, 0.1),
    );
    assert.equal(problem, undefined);
  });

  it('say that their values changed, once, and not which they are', () => {
    for (const changed of [false, true])
      assert.equal(withMarkersChanged(`a ${markerOf('hunter2', changed)} b`), 'a <redacted, changed> b');
    assert.equal(withMarkersChanged('<redacted #1a2b, 12 bytes>'), '<redacted, 12 bytes, changed>');
    assert.equal(withMarkersChanged('nothing > here'), 'nothing > here');
  });
});
