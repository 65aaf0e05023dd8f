import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  type JsonObject,
  type KubernetesObject,
  LAST_APPLIED,
  withoutNoise,
} from '../../../../src/kubernetes/apimachinery/objects.ts';
import { objectDiff } from '../../../../src/kubernetes/text/diff.ts';
import { redact, restoreRedacted } from '../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../src/kubernetes/text/redact-text.ts';

/** A value that must never be shown, and everything else that a generated object is made of. */
const needle = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 });
const text = fc.string({ unit: 'binary', maxLength: 12 });
const key = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abcdefgz-._'), minLength: 1, maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'data', 'name'),
);
const hiding = fc.tuple(text, needle, text).map((parts) => parts.join(''));
const base64 = hiding.map((value) => Buffer.from(value).toString('base64'));
const envName = fc.constantFrom('env', 'extraEnv', 'environment', 'ENV_VARS', 'sidecarEnv');
const sensitiveName = fc.constantFrom(
  'DB_PASSWORD',
  'token',
  'API_KEY',
  'x.secret',
  'Credentials',
  'apiKey',
  'GPG_KEYS',
);
const url = needle.map((password) => `postgres://user:${password}@db/shop`);

const variable = fc.oneof(
  fc.record({ name: sensitiveName, value: hiding }),
  fc.record({ name: fc.constantFrom('DATABASE', 'LEVEL'), value: url }),
  fc.record({ name: fc.constantFrom('LEVEL', 'DATABASE'), value: fc.oneof(text, fc.integer(), fc.boolean()) }),
  fc.record({ name: sensitiveName, valueFrom: fc.constant({ secretKeyRef: { name: 'db', key: 'password' } }) }),
  fc.record({ key: sensitiveName, value: hiding }),
);
const environment = fc.oneof(
  fc.array(variable, { maxLength: 4 }),
  fc.array(fc.array(variable, { maxLength: 2 }), { maxLength: 2 }),
  fc.dictionary(sensitiveName, hiding, { maxKeys: 3 }),
  fc.array(fc.dictionary(sensitiveName, hiding, { maxKeys: 2 }), { maxLength: 2 }),
);
const { tree } = fc.letrec<{ tree: JsonObject }>((tie) => ({
  tree: fc
    .tuple(
      fc.dictionary(
        key,
        fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.array(tie('tree'), { maxLength: 2 }), tie('tree')),
        {
          maxKeys: 3,
        },
      ),
      fc.option(fc.tuple(envName, environment)),
    )
    .map(([members, env]) => (env ? { ...members, [env[0]]: env[1] } : members)),
}));

const workload: fc.Arbitrary<KubernetesObject> = fc
  .tuple(tree, tree, fc.boolean(), fc.constantFrom('Deployment', 'Pod', 'HelmChart'))
  .map(([spec, applied, packed, kind]) => ({
    apiVersion: 'example.com/v1',
    kind,
    metadata: {
      name: 'x',
      annotations: {
        [LAST_APPLIED]: JSON.stringify({ kind, spec: applied }),
        'other.tool/applied': packed
          ? gzipSync(JSON.stringify({ kind, spec: applied })).toString('base64')
          : JSON.stringify({ kind, spec: applied }),
        note: 'not secret',
      },
    },
    spec,
  }));

const odd = fc.oneof(base64, hiding, fc.array(hiding, { maxLength: 2 }), fc.dictionary(key, hiding, { maxKeys: 2 }));
const secret: fc.Arbitrary<KubernetesObject> = fc
  .tuple(
    fc.oneof(fc.dictionary(key, base64), fc.dictionary(key, odd), odd),
    fc.option(fc.oneof(fc.dictionary(key, hiding), odd), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('Data', 'stringdata', 'password'), odd)),
    fc.dictionary(key, fc.constantFrom('echo', 'base64', 'json', 'applied', 'plain'), { maxKeys: 3 }),
    fc.constantFrom('Secret', 'secret'),
  )
  .map(([data, stringData, stray, annotations, kind]) => {
    const content = {
      data,
      ...(stringData === undefined ? {} : { stringData }),
      ...(stray ? { [stray[0]]: stray[1] } : {}),
    };
    const values = [data, stringData].flatMap((field) =>
      typeof field === 'object' ? Object.values<unknown>(field) : [],
    );
    const one = values.find((value) => typeof value === 'string') ?? 'plain';
    const texts: Record<string, string> = {
      echo: `set to ${Buffer.from(one, 'base64').toString()}`,
      base64: one,
      json: JSON.stringify({ copy: Buffer.from(one, 'base64').toString(), content }),
      applied: gzipSync(JSON.stringify(content)).toString('base64'),
      plain: 'plain',
    };
    const notes = Object.entries(annotations).map(([name, form]) => [name, texts[form] ?? '']);
    return {
      apiVersion: 'v1',
      kind,
      type: 'Opaque',
      metadata: {
        name: 'x',
        annotations: { ...Object.fromEntries(notes), [LAST_APPLIED]: JSON.stringify(content) },
      },
      ...content,
    };
  });

/** As it comes from the API server or from a manifest. */
const parsed = (objects: fc.Arbitrary<KubernetesObject>) =>
  objects.map((object) => JSON.parse(JSON.stringify(object)) as KubernetesObject);

/** The hidden parts of an object, in every form in which they could be read. */
function needles(...objects: KubernetesObject[]): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      for (const form of [value, Buffer.from(value, 'base64').toString()]) {
        for (const [match] of form.matchAll(/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g)) found.add(match);
      }
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  objects.forEach(look);
  return [...found].flatMap((match) => [match, Buffer.from(match).toString('base64').slice(0, 20)]);
}

function assertHidden(shown: string, ...objects: KubernetesObject[]): void {
  for (const hidden of needles(...objects)) assert.ok(!shown.includes(hidden), `${hidden} is shown in ${shown}`);
}

describe('redact, of any object', () => {
  for (const [name, objects] of Object.entries({ Secrets: parsed(secret), environments: parsed(workload) })) {
    it(`shows no hidden byte of ${name}`, () => {
      fc.assert(fc.property(objects, (object) => assertHidden(JSON.stringify(redact(object)), object)));
    });

    it(`shows no hidden byte in a diff of ${name}`, () => {
      fc.assert(
        fc.property(objects, objects, (before, after) =>
          assertHidden(objectDiff(before, after) + objectDiff(after, after), before, after),
        ),
      );
    });

    it(`gives ${name} back when their markers are sent back`, () => {
      fc.assert(
        fc.property(objects, (object) => {
          assert.deepEqual(restoreRedacted(redact(object), object), withoutNoise(object));
        }),
      );
    });
  }

  it('hides nothing where there is nothing to hide', () => {
    const plain = fc.dictionary(fc.constantFrom('spec', 'data', 'status', 'items'), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(plain, (content) => {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, ...content };
        assert.deepEqual(redact(object), object);
      }),
    );
  });
});

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
