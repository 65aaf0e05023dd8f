import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactText } from '../../../../src/kubernetes/text/redact-text.ts';
import { tooSlow, usualTime } from '../../../support/growth.ts';
import { needle } from '../../../support/redacted-values.ts';
import { UNITS } from '../../../support/repeated-units.ts';

describe('redactText, of any text', () => {
  const forms = fc.constantFrom<(value: string) => string>(
    (value) => `password=${value}`,
    (value) => `"password": "${value}"`,
    (value) => `--db-password ${value}`,
    (value) => `Authorization: Bearer ${value}`,
    (value) => `postgres://bob:${value}@db:5432/shop`,
    (value) => `API_KEY='${value}'`,
    (value) => `{"client_secret":"${value}"}`,
    (value) => `x-auth-token=${value}&page=2`,
  );
  const line = fc.string({ unit: fc.constantFrom(...'abc xyz.,;/-'), maxLength: 20 });

  it('hides credentials wherever they stand', () => {
    fc.assert(
      fc.property(line, forms, needle, line, (before, form, value, after) => {
        const shown = redactText(`${before}\n${form(value)} ${after}\n${before} ${form(value)}`);
        assert.ok(!shown.includes(value), shown);
        assert.equal(shown.split('\n').length, 3);
      }),
    );
  });

  it('takes any text in time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', size: 'large' }), (any) => typeof redactText(any) === 'string'),
      {
        numRuns: 20,
      },
    );
  });
});

const SIZE = 15_000;
/** What stands around the repeated unit. */
const SETTINGS: readonly [string, string][] = [
  ['', ''],
  ['', '!'],
  ['password=', ''],
  ['kind: Secret\ndata: {"', ''],
];

const repeated = (unit: string, size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

describe('redactText, of a unit repeated', () => {
  for (const [before, after] of SETTINGS)
    it(`takes linear time with a small factor: ${JSON.stringify(`${before}…${after}`)}`, () => {
      const prose = repeated('time=2026-01-01 level=info msg="GET /api/products?page=2 took 12 ms" user=bob\n', SIZE);
      const baseline = usualTime(() => redactText(prose));
      const slow = UNITS.flatMap((unit) => {
        const problem = tooSlow((times) => {
          const text = before + repeated(unit, SIZE * times) + after;
          return () => redactText(text);
        }, baseline);
        return problem === undefined ? [] : `${JSON.stringify(before + unit + after)} ${problem}`;
      });
      assert.deepEqual(slow, []);
    });
});
