import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type JsonObject, type KubernetesObject, LAST_APPLIED } from '../../src/kubernetes/apimachinery/objects.ts';

/** A value that must never be shown; below, the other parts of a generated object. */
export const needle = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 });
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

/** As it comes from the API server or a manifest. */
const parsed = (objects: fc.Arbitrary<KubernetesObject>) =>
  objects.map((object) => JSON.parse(JSON.stringify(object)) as KubernetesObject);

/** Objects of each type that has redacted parts. */
export const hidingObjects = { Secrets: parsed(secret), environments: parsed(workload) };

/** An object's redacted parts, in every readable form. */
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

/** Fails if the text shows a redacted part of an object. */
export function assertRedacted(shown: string, ...objects: KubernetesObject[]): void {
  for (const hidden of needles(...objects)) assert.ok(!shown.includes(hidden), `${hidden} is shown in ${shown}`);
}
