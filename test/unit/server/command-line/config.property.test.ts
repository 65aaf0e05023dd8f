import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readConfig } from '../../../../src/server/command-line/config.ts';
import type { Options } from '../../../../src/server/command-line/option.ts';
import {
  CALLER_OPTIONS,
  CLUSTER_OPTIONS,
  CONFIG_OPTIONS,
  parseCommandLine,
} from '../../../../src/server/command-line/options.ts';

type Value = string | boolean | string[];

/** What people write, right and wrong: each option takes some of it. */
const text = fc.oneof(
  fc.constantFrom(...['streamable-http', 'sse', 'stdio', 'required', 'off', 'core', 'helm', '8443', '0', '-1', '/mcp']),
  fc.constantFrom('https://login.example.com', 'http://127.0.0.1:9000/', 'get /mcp', 'get pods/x ns', 'sub', 'mcp k8s'),
  fc.string({ minLength: 1, maxLength: 12 }).filter((one) => one.trim() === one && one.isWellFormed()),
);

function valueFor({ type }: Options[string]): fc.Arbitrary<Value> {
  if (type === 'flag') return fc.constant(true);
  if (type === 'switch') return fc.boolean();
  return type === 'list' ? fc.array(text, { minLength: 1, maxLength: 3 }) : text;
}

/** Some options, with values. */
function someOf(options: Options, maxLength: number): fc.Arbitrary<Record<string, Value>> {
  const one = fc
    .constantFrom(...Object.entries(options))
    .chain(([name, option]) => fc.tuple(fc.constant(name), valueFor(option)));
  return fc.array(one, { maxLength }).map((entries) => Object.fromEntries(entries));
}

function flagsOf(values: Record<string, Value>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((one) => (value === true && CONFIG_OPTIONS[name]?.type === 'flag' ? `--${name}` : `--${name}=${one}`)),
  );
}

/** A name as somebody mistypes it. */
const mistyped = (name: string): fc.Arbitrary<string> =>
  fc.nat({ max: name.length - 2 }).chain((at) =>
    fc.constantFrom(
      name.slice(0, at) + name.slice(at + 1),
      name.slice(0, at) + (name[at] ?? '') + name.slice(at),
      name.slice(0, at) + (name[at + 1] ?? '') + (name[at] ?? '') + name.slice(at + 2),
      name.replaceAll('-', '_'),
      name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      `--${name}`,
      `${name}s`,
    ),
  );

describe('a configuration file, whatever is written', () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-k8s-config-'));
    path = join(folder, 'config.yaml');
  });
  after(() => rmSync(folder, { recursive: true }));

  const read = (content: object) => {
    writeFileSync(path, JSON.stringify(content));
    return readConfig(path, CONFIG_OPTIONS, CALLER_OPTIONS, CLUSTER_OPTIONS);
  };

  it('means what the same options mean on a command line, mistakes included', async () => {
    const withTransport = fc
      .tuple(someOf(CONFIG_OPTIONS, 6), fc.boolean())
      .map(([values, isHttp]) => ({ ...(isHttp && { transport: ['streamable-http'] }), ...values }));
    await fc.assert(
      fc.asyncProperty(withTransport, async (values) => {
        assert.deepEqual(parseCommandLine([], '1', await read(values)), parseCommandLine(flagsOf(values), '1'));
      }),
      { numRuns: 400 },
    );
  });

  it('has a key for every option, each by itself', async () => {
    for (const [name, option] of Object.entries(CONFIG_OPTIONS)) {
      const [value] = fc.sample(valueFor(option), { numRuns: 1, seed: 1 });
      assert.ok(value !== undefined);
      const { values } = await read({ [name]: value });
      assert.deepEqual(values, { [name]: option.type === 'switch' ? String(value) : value });
    }
  });

  it('counts below the command line, option by option', async () => {
    await fc.assert(
      fc.asyncProperty(someOf(CONFIG_OPTIONS, 5), someOf(CONFIG_OPTIONS, 3), async (below, above) => {
        const both = parseCommandLine(flagsOf(above), '1', await read(below));
        assert.deepEqual(both, parseCommandLine(flagsOf({ ...below, ...above }), '1'));
      }),
      { numRuns: 200 },
    );
  });

  it('names the nearest key for one that nobody knows, wherever it stands', async () => {
    const places: [Options, (key: string) => object, string][] = [
      [CONFIG_OPTIONS, (key) => ({ [key]: true }), ''],
      [CALLER_OPTIONS, (key) => ({ callers: [{ users: ['a'], [key]: true }] }), 'callers[0].'],
      [CLUSTER_OPTIONS, (key) => ({ clusters: [{ contexts: ['a'], [key]: true }] }), 'clusters[0].'],
      [
        CLUSTER_OPTIONS,
        (key) => ({ callers: [{ groups: ['a'], clusters: [{ servers: ['a'], [key]: true }] }] }),
        'callers[0].clusters[0].',
      ],
    ];
    const cases = fc
      .constantFrom(...places)
      .chain(([options, content, place]) =>
        fc.constantFrom(...Object.keys(options)).chain((name) =>
          fc.record({
            ...{ options: fc.constant(options), content: fc.constant(content), place: fc.constant(place) },
            ...{ name: fc.constant(name), wrong: mistyped(name) },
          }),
        ),
      )
      .filter(({ options, wrong }) => !Object.hasOwn(options, wrong));
    await fc.assert(
      fc.asyncProperty(cases, async ({ content, place, name, wrong }) => {
        await assert.rejects(read(content(wrong)), (error: Error) => {
          assert.ok(error.message.includes(`"${place}${wrong}" is no option that can be set here.`), error.message);
          const [, near = ''] = / Nearest: (.*)\.$/.exec(error.message) ?? [];
          assert.ok(near.split(', ').includes(name), `${wrong}: ${error.message}`);
          return true;
        });
      }),
      { numRuns: 400 },
    );
  });
});
