import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { readKubeconfigText, readManifests, readRedacted, readValue } from '../../../../src/kubernetes/text/reading.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';
import { Pace } from '../../../support/load.ts';

describe('reading texts from outside', () => {
  const object = (keys: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: Object.fromEntries(Array.from({ length: keys }, (_, index) => [`key-${index}`, `value ${index}`])),
  });

  it('reads small and large ones alike', async () => {
    for (const keys of [1, 2_000]) {
      assert.deepEqual(await readManifests(toYaml(object(keys))), [object(keys)]);
      assert.deepEqual(await readValue(toYaml(object(keys)), 'The patch'), object(keys));
      const users = Array.from({ length: keys }, (_, index) => ({ name: `user-${index}`, user: { token: 't' } }));
      const fields = { apiVersion: 'v1', kind: 'Config', users };
      assert.deepEqual(await readKubeconfigText(toYaml(fields)), { fields, ignored: 0 });
    }
  });

  it('redacts small and large ones alike', async () => {
    for (const lines of [1, 20_000]) {
      const text = `${'nothing here\n'.repeat(lines)}password=hunter2`;
      assert.match(await readRedacted(text), /^(nothing here\n)+password=<redacted/);
    }
  });

  it('says what is wrong', async () => {
    const much = /^LimitError: The manifest cannot be read: it .*(too much time or memory|more than)/;
    await assert.rejects(readManifests(`a: ${'x'.repeat(9 << 20)}`), much);
    await assert.rejects(readManifests('!!x '.repeat(1_000_000)), much);
    await assert.rejects(readManifests('a: ['), /^ManifestError: The manifest is not valid YAML or JSON at line 1/);
    await assert.rejects(readKubeconfigText('a: ['), /^UserError: is not valid YAML \(line 1\)\.$/);
    await assert.rejects(readKubeconfigText('a: *b'), /^UserError: is not valid YAML/);
  });

  // Hard input for a parser: YAML and JSON syntax characters, repeated and nested.
  const word = fc.constantFrom(
    ...['&a ', '*a ', '!!x ', '!x ', '? ', ': ', '- ', '[', ']', '{', '}', ',', '"', "'", '|', '>', '#', '%', '@', '`'],
    ...[
      '\n',
      '\n ',
      '\n  ',
      ' ',
      '\t',
      'a',
      'a: ',
      '"k": ',
      '<<: ',
      '---\n',
      '...\n',
      '%TAG ! x\n',
      '\\',
      '1',
      '~',
      '0x',
    ],
  );
  const part = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(''));

  it('keeps the event loop for less than 100 ms of processor time, whatever the text', async () => {
    const pace = new Pace();
    await fc.assert(
      fc.asyncProperty(part, part, fc.integer({ min: 100, max: 200_000 }), async (before, repeated, length) => {
        const text = before + repeated.repeat(length / repeated.length);
        const begin = process.threadCpuUsage();
        const reading = readManifests(text).catch((error: unknown) => assert.ok(error instanceof UserError, text));
        await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 1))]);
        const { user, system } = process.threadCpuUsage(begin);
        await reading;
        pace.sample();
        const took = (user + system) / 1000 / pace.factor;
        assert.ok(took < 100, `${took} ms for ${length} of ${JSON.stringify([before, repeated])}`);
      }),
      { numRuns: 15 },
    );
  }).timeout(120_000);
});
