import assert from 'node:assert/strict';
import { ageText, parseDuration } from '../../../../src/kubernetes/apimachinery/duration.ts';

describe('durations', () => {
  it('are read as people write them', () => {
    const cases: [string, number][] = [
      ['90s', 90],
      ['10m', 600],
      ['1h30m', 5400],
      ['2d', 172_800],
      ['0.5h', 1800],
    ];
    for (const [text, seconds] of cases) assert.equal(parseDuration(text), seconds * 1000);
    for (const text of ['', '10', 'ten minutes', '10 m', '-5m', '5mm', 'm'])
      assert.throws(() => parseDuration(text), /is not a duration. Examples/);
  });

  it('are written as kubectl writes ages', () => {
    const cases: [number, string][] = [
      [-5, '0s'],
      [119, '119s'],
      [120, '2m'],
      [200, '3m20s'],
      [3600, '60m'],
      [4 * 3600 + 60, '4h1m'],
      [30 * 3600, '30h'],
      [3 * 86_400 + 3600, '3d1h'],
      [60 * 86_400, '60d'],
    ];
    for (const [seconds, text] of cases) assert.equal(ageText(seconds * 1000), text);
  });
});
