import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { toYaml } from '../../../../src/kubernetes/text/yaml-writing.ts';

// Strings with another meaning in YAML: alone, nested and as keys.
const word = fc.constantFrom(
  ...['a', 'A', '1', '0x1f', '0o7', '007', '1_0', '1:30', '.5', '1e3', 'yes', 'No', '~', 'null', '=', '<<', '+', '.'],
  ...['- ', '-', '? ', '?', ': ', ':', '#', ' #', ' ', '  ', '\n', '\n\n', '\t', '"', "'", '\\', '{', '}', '[', ']'],
  ...[',', '&', '*', '!', '|', '>', '%', '@', '`', '---', '...', '--- a', 'é', '😀', '$&', 'x'.repeat(1_100)],
  ...['2026-01-02', '2026-01-02T03:04:05Z', '\r', '\u0000', '\u007f', '\u0085', '\u2028', '\ufeff', '\ud800'],
);
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(''));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, false, 0, 1.5, 1e21, -3),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));
const copy = (given: unknown) => JSON.parse(JSON.stringify(given)) as unknown;

describe('toYaml, of any values', () => {
  it('is read as what it was, by either version of YAML', () =>
    fc.assert(
      fc.property(value, (given) => {
        for (const version of ['1.1', '1.2'] as const)
          assert.deepEqual(parse(toYaml(given), { version, merge: false }), copy(given), version);
      }),
    ));

  it('is what the library writes, where that is readable', () => {
    // Document markers are quoted here wherever they occur.
    const plain = fc
      .string({ unit: fc.constantFrom(...'aZ1-_./:# "\'{[,&*'), maxLength: 8 })
      .filter((text) => !/^(---|\.\.\.)|^[-+.\d][\d_.]*$/.test(text));
    const lines = fc.array(plain.map((line) => `${line}.`)).map((all) => all.join('\n'));
    const leaf = fc.oneof(plain, lines, fc.integer());
    const object = fc.dictionary(plain, fc.oneof(leaf, fc.array(leaf), fc.dictionary(plain, leaf)));
    // What only kubectl reads as a number is quoted too.
    const options = { lineWidth: 0, aliasDuplicateObjects: false, indentSeq: false, compat: 'yaml-1.1' } as const;
    fc.assert(
      fc.property(object, (given) => {
        const expected = stringify(given, options);
        assert.equal(toYaml(given), expected);
      }),
    );
  });

  it('takes time linear in what is written', () => {
    const object = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, `"${i}: x`]));
    const time = (given: object) => {
      const begin = process.threadCpuUsage();
      toYaml(given);
      const { user, system } = process.threadCpuUsage(begin);
      return user + system;
    };
    const [small, large] = [object(10_000), object(40_000)];
    const best = (given: object) => Math.min(...[1, 2, 3, 4, 5].map(() => time(given)));
    best(small);
    for (const sign of ['_', '0', ' ', '\n', '\t', '-', ':', '"', '.', 'e'])
      for (const start of ['1', 'a', '\n', '-'])
        assert.ok(time({ a: `${start + sign.repeat(300_000)}x` }) < 100_000, JSON.stringify([start, sign]));
    const factor = best(large) / best(small);
    assert.ok(factor < 4 * 2.5, `four times as much took ${factor} times as long`);
  });
});
