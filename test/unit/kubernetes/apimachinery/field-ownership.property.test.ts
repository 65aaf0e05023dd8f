import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withOwnedFields } from '../../../../src/kubernetes/apimachinery/field-ownership.ts';
import type { JsonObject, KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';

interface Port extends JsonObject {
  port: number;
  protocol: string;
}

/** An object with maps, a set and a keyed list, and which parts of it we own. */
interface Case {
  live: KubernetesObject;
  given: KubernetesObject;
}

const field = fc.constantFrom('replicas', 'paused', 'selector', 'constructor', 'with.dot');
const scalar = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constantFrom('a', 'b'));
const fields = fc.dictionary(field, scalar, { noNullPrototype: true });
const port = fc.record(
  { port: fc.integer({ min: 1, max: 4 }), protocol: fc.constantFrom('TCP', 'UDP'), name: fc.constantFrom('a', 'b') },
  { noNullPrototype: true },
);
const ports = fc.uniqueArray(port, { maxLength: 4, selector: keyOf });
const finalizers = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 });

function keyOf({ port, protocol }: Port): string {
  return `k:${JSON.stringify({ port, protocol })}`;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    live: fc.tuple(fields, ports, finalizers),
    owned: fc.tuple(
      fc.subarray(['replicas', 'paused', 'selector', 'constructor', 'with.dot']),
      fc.subarray([0, 1, 2, 3]),
      finalizers,
    ),
    given: fc.tuple(fields, fc.option(ports), fc.option(finalizers)),
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
        spec: { ...live[0], ports: live[1] },
      },
      given: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'x', ...(given[2] ? { finalizers: given[2] } : {}) },
        spec: { ...given[0], ...(given[1] ? { ports: given[1] } : {}) },
      },
    };
  });

const owned = ({ metadata }: KubernetesObject) =>
  metadata?.managedFields?.[0]?.fieldsV1 as Record<'f:metadata' | 'f:spec', Record<string, JsonObject>>;
const portsOf = ({ spec }: KubernetesObject) => ((spec as { ports?: Port[] } | undefined)?.ports ?? []) as Port[];

describe('withOwnedFields, of any objects', () => {
  it('says everything that was given', () => {
    fc.assert(
      fc.property(cases, ({ live, given }) => {
        const applied = withOwnedFields(given, live);
        const { ports: _, ...plain } = given.spec as JsonObject;
        const spec = applied.spec as JsonObject;
        for (const [name, value] of Object.entries(plain)) assert.equal(spec[name], value);
        for (const one of portsOf(given)) {
          assert.ok(portsOf(applied).some((other) => keyOf(other) === keyOf(one) && other.name === one.name));
        }
        for (const name of given.metadata?.finalizers ?? []) assert.ok(applied.metadata?.finalizers?.includes(name));
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
          assert.equal(spec[name], before[name], name);
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
          assert.ok(name in (given.spec as object) || `f:${name}` in owned(live)['f:spec'], name);
        }
        const keys = portsOf(applied).map(keyOf);
        assert.equal(new Set(keys).size, keys.length);
        for (const key of keys) {
          assert.ok(portsOf(given).map(keyOf).includes(key) || key in (owned(live)['f:spec']['f:ports'] ?? {}), key);
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
