import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withOwnedFields } from '../../../../src/kubernetes/apimachinery/field-ownership.ts';
import type { JsonObject, KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';

interface Port extends JsonObject {
  port: number;
  protocol: string;
}

/** An object with maps, a set, a keyed and an atomic list, and which parts of it we own. */
interface Case {
  live: KubernetesObject;
  given: KubernetesObject;
}

const names = ['replicas', 'paused', 'selector', 'constructor', '__proto__', 'with.dot'];
const field = fc.constantFrom(...names);
const scalar = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constantFrom('a', 'b'));
const fields = fc.array(fc.tuple(field, scalar)).map(Object.fromEntries<unknown>);
const port = fc.record(
  { port: fc.integer({ min: 1, max: 4 }), protocol: fc.constantFrom('TCP', 'UDP'), name: fc.constantFrom('a', 'b') },
  { noNullPrototype: true },
);
const ports = fc.uniqueArray(port, { maxLength: 4, selector: keyOf });
const finalizers = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 });
const args = fc.array(fc.constantFrom('--port', '--host', '80', ''), { maxLength: 5 });

function keyOf({ port, protocol }: Port): string {
  return `k:${JSON.stringify({ port, protocol })}`;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    live: fc.tuple(fields, ports, finalizers, args),
    owned: fc.tuple(fc.subarray([...names, 'args']), fc.subarray([0, 1, 2, 3]), finalizers),
    given: fc.tuple(fields, fc.option(ports), fc.option(finalizers), fc.option(args)),
  })
  .map(({ live, owned, given }) => {
    const ownedPorts = live[1].filter((_, index) => owned[1].includes(index));
    const members = (key: string, all: [string, JsonObject][]) =>
      all.length > 0 ? { [key]: Object.fromEntries(all) } : {};
    const whole = { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:name': {} };
    const fieldsV1 = {
      'f:metadata': members(
        'f:finalizers',
        owned[2].map((name) => [`v:${JSON.stringify(name)}`, {}]),
      ),
      'f:spec': {
        ...Object.fromEntries(owned[0].map((name) => [`f:${name}`, {}])),
        ...members(
          'f:ports',
          ownedPorts.map((one) => [keyOf(one), whole]),
        ),
      },
    };
    return {
      live: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'x',
          finalizers: live[2],
          managedFields: [{ manager: 'mcp-k8s', operation: 'Apply', fieldsV1 }],
        },
        spec: { ...live[0], ports: live[1], args: live[3] },
      },
      given: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'x', ...(given[2] ? { finalizers: given[2] } : {}) },
        spec: { ...given[0], ...(given[1] ? { ports: given[1] } : {}), ...(given[3] ? { args: given[3] } : {}) },
      },
    };
  });

const owned = ({ metadata }: KubernetesObject) =>
  metadata?.managedFields?.[0]?.fieldsV1 as Record<'f:metadata' | 'f:spec', Record<string, JsonObject>>;
const ownValue = (object: JsonObject, name: string) => Object.getOwnPropertyDescriptor(object, name)?.value as unknown;
const portsOf = ({ spec }: KubernetesObject) => ((spec as { ports?: Port[] } | undefined)?.ports ?? []) as Port[];

describe('withOwnedFields, of any objects', () => {
  it('says everything that was given', () => {
    fc.assert(
      fc.property(cases, ({ live, given }) => {
        const applied = withOwnedFields(given, live);
        const { ports: _, ...plain } = given.spec as JsonObject;
        const spec = applied.spec as JsonObject;
        for (const [name, value] of Object.entries(plain)) assert.deepEqual(ownValue(spec, name), value);
        for (const one of portsOf(given)) {
          assert.ok(portsOf(applied).some((other) => keyOf(other) === keyOf(one) && other.name === one.name));
        }
        const wanted = given.metadata?.finalizers ?? [];
        const finalizers = applied.metadata?.finalizers ?? [];
        assert.deepEqual(
          finalizers.filter((name) => wanted.includes(name)),
          wanted,
        );
      }),
    );
  });

  it('keeps what we own and do not name, as it is now', () => {
    fc.assert(
      fc.property(cases, ({ live, given }) => {
        const applied = withOwnedFields(given, live);
        const [spec, before] = [applied.spec as JsonObject, live.spec as JsonObject];
        for (const key of Object.keys(owned(live)['f:spec'])) {
          const name = key.slice(2);
          if (name === 'ports' || !Object.hasOwn(before, name) || Object.hasOwn(given.spec as object, name)) continue;
          assert.deepEqual(ownValue(spec, name), before[name], name);
        }
        for (const one of portsOf(live).filter((port) => keyOf(port) in (owned(live)['f:spec']['f:ports'] ?? {}))) {
          assert.ok(
            portsOf(applied).some((other) => keyOf(other) === keyOf(one)),
            keyOf(one),
          );
        }
      }),
    );
  });

  it('adds nothing that is neither given nor ours, and nothing twice', () => {
    fc.assert(
      fc.property(cases, ({ live, given }) => {
        const applied = withOwnedFields(given, live);
        for (const name of Object.keys(applied.spec as object)) {
          assert.ok(Object.hasOwn(given.spec as object, name) || `f:${name}` in owned(live)['f:spec'], name);
        }
        const keys = portsOf(applied).map(keyOf);
        assert.equal(new Set(keys).size, keys.length);
        for (const key of keys) {
          assert.ok(portsOf(given).map(keyOf).includes(key) || key in (owned(live)['f:spec']['f:ports'] ?? {}), key);
        }
      }),
    );
  });

  it('keeps owned values of a set behind the one that they stand behind', () => {
    fc.assert(
      fc.property(cases, ({ live, given }) => {
        const applied = withOwnedFields(given, live).metadata?.finalizers ?? [];
        const kept = applied.filter((name) => !given.metadata?.finalizers?.includes(name));
        const before = (live.metadata?.finalizers ?? []).filter((name) => applied.includes(name));
        for (const name of kept) {
          const [was, is] = [before, applied].map((list) => list[list.indexOf(name) - 1]);
          assert.equal(is, was);
        }
      }),
    );
  });

  it('keeps the order of what exists, and changes neither object', () => {
    fc.assert(
      fc.property(cases, ({ live, given }) => {
        const before = JSON.stringify([given, live]);
        const applied = withOwnedFields(given, live);
        assert.equal(JSON.stringify([given, live]), before);
        if (!owned(live)['f:spec']['f:ports']) return;
        const kept = portsOf(applied).map(keyOf);
        const order = portsOf(live)
          .map(keyOf)
          .filter((key) => kept.includes(key));
        assert.deepEqual(kept.slice(0, order.length), order);
      }),
    );
  });
});
