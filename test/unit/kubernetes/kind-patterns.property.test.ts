import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BUILT_IN_KINDS, type KindNames } from '../../../src/kubernetes/apimachinery/built-in-kinds.ts';
import { KindPatterns } from '../../../src/kubernetes/kind-patterns.ts';

const word = fc.stringMatching(/^[a-z]{3,8}$/);
const custom: fc.Arbitrary<KindNames> = fc.record({
  group: fc.tuple(word, word).map((parts) => parts.join('.')),
  version: fc.constantFrom('v1', 'v1beta1', 'v2alpha3'),
  kind: word.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`),
  name: word.map((text) => `${text}s`),
  singularName: word,
  shortNames: fc.array(word, { maxLength: 2 }),
  namespaced: fc.boolean(),
  subresources: fc.constantFrom([], ['status'], ['status', 'scale']),
});
/** A cluster with some custom resources besides the built-in kinds, and one of all these kinds. */
const cluster = fc
  .array(custom, { maxLength: 5 })
  .chain((known) => fc.record({ known: fc.constant(known), kind: fc.constantFrom(...BUILT_IN_KINDS, ...known) }));

/** Every spelling of the kind that kubectl accepts, in any case. */
function spellings({ group, version, kind, name, singularName, shortNames }: KindNames): fc.Arbitrary<string> {
  const tails = group === '' ? ['', `.${version}`, `.${version}.`] : ['', `.${group}`, `.${version}.${group}`];
  return fc
    .tuple(fc.constantFrom(kind, name, singularName, ...shortNames), fc.constantFrom(...tails), fc.nat(2))
    .map(([text, tail, letters]) => {
      const whole = text + tail;
      return letters === 0 ? whole : letters === 1 ? whole.toUpperCase() : whole.toLowerCase();
    });
}

function target({ group, version, name }: KindNames, subresource?: string) {
  return { group, version, resource: name, subresource };
}

const served = (kind: KindNames, known: readonly KindNames[]) =>
  [...BUILT_IN_KINDS, ...known].filter((one) => one.group === kind.group && one.name === kind.name);

describe('patterns of kinds, whatever the kind', () => {
  it('mean it in every spelling, with every version and subresource of it', () => {
    fc.assert(
      fc.property(
        cluster.chain(({ known, kind }) =>
          fc.record({ known: fc.constant(known), kind: fc.constant(kind), text: spellings(kind) }),
        ),
        ({ known, kind, text }) => {
          const patterns = new KindPatterns(['*.absent.example', text]);
          assert.equal(patterns.stray(known), undefined);
          for (const one of served(kind, known))
            for (const subresource of [undefined, 'status', 'anything'])
              assert.ok(
                patterns.match(target(one, subresource), known),
                `${text} leaves ${one.name}.${one.group} open`,
              );
        },
      ),
    );
  });

  it('mean its twin in another group of Kubernetes too', () => {
    const twins = BUILT_IN_KINDS.filter((kind) =>
      BUILT_IN_KINDS.some(
        (other) => other.group !== kind.group && other.name === kind.name && other.kind === kind.kind,
      ),
    );
    assert.deepEqual([...new Set(twins.map(({ name }) => name))].sort(), [
      'daemonsets',
      'deployments',
      'events',
      'ingresses',
      'networkpolicies',
      'replicasets',
    ]);
    fc.assert(
      fc.property(
        fc.constantFrom(...twins).chain((kind) => fc.record({ kind: fc.constant(kind), text: spellings(kind) })),
        ({ kind, text }) => {
          for (const other of twins.filter(({ name }) => name === kind.name))
            assert.ok(
              new KindPatterns([text]).match(target(other)),
              `${text} leaves ${other.name}.${other.group} open`,
            );
        },
      ),
    );
  });

  it('mean it whatever somebody else calls it, and by those names too', () => {
    const all = cluster.chain(({ known, kind }) =>
      fc.record({ known: fc.constant(known), kind: fc.constant(kind), text: spellings(kind), names: custom }),
    );
    fc.assert(
      fc.property(all, fc.boolean(), ({ known, kind, text, names }, isOwn) => {
        const called = isOwn ? { ...names, group: kind.group, name: kind.name } : names;
        const matched = new KindPatterns([text]).match(target(kind), known);
        assert.equal(new KindPatterns([text]).match(target(kind), known, called), matched);
        assert.ok(matched);
        assert.ok(new KindPatterns([called.kind]).match(target(kind), known, called));
      }),
    );
  });

  it('mean it by a pattern made of any part of a spelling', () => {
    fc.assert(
      fc.property(
        cluster.chain(({ known, kind }) =>
          fc.record({
            known: fc.constant(known),
            kind: fc.constant(kind),
            text: spellings(kind),
            from: fc.nat(20),
            to: fc.nat(20),
          }),
        ),
        ({ known, kind, text, from, to }) => {
          const [begin, end] = [Math.min(from, text.length), Math.max(from, text.length - to)];
          assert.ok(new KindPatterns([`${text.slice(0, begin)}*${text.slice(end)}`]).match(target(kind), known));
        },
      ),
    );
  });

  it('may mean a kind by any name of it that is not known, and no kind of another group', () => {
    const all = fc.record({ kind: custom, other: custom }).chain(({ kind, other }) =>
      fc.record({
        kind: fc.constant(kind),
        other: fc.constant(other),
        text: spellings(kind),
        from: fc.nat(20),
        to: fc.nat(20),
      }),
    );
    fc.assert(
      fc.property(all, fc.boolean(), ({ kind, other, text, from, to }, isGlob) => {
        const [begin, end] = [Math.min(from, text.length), Math.max(from, text.length - to)];
        const pattern = isGlob ? `${text.slice(0, begin)}*${text.slice(end)}` : text;
        const patterns = new KindPatterns([pattern]);
        const asked = (of: KindNames) => ({ ...target(of), resource: 'unheardof' });
        assert.ok(patterns.concerns(asked(kind), false), pattern);
        assert.equal(patterns.concerns(asked(kind), true), pattern.includes('.'), pattern);
        if (!isGlob && other.group !== kind.group)
          assert.equal(patterns.concerns(asked(other), false), !pattern.includes('.'), pattern);
        const logs = new KindPatterns([`${pattern}/log`]);
        assert.ok(!logs.concerns(asked(kind), false));
        assert.ok(logs.concerns({ ...asked(kind), subresource: 'log' }, false));
      }),
    );
  });

  it('mean a subresource alone where they say so', () => {
    fc.assert(
      fc.property(
        cluster
          .filter(({ kind }) => kind.subresources.length > 0)
          .chain(({ known, kind }) =>
            fc.record({
              known: fc.constant(known),
              kind: fc.constant(kind),
              text: spellings(kind),
              subresource: fc.constantFrom(...kind.subresources),
            }),
          ),
        ({ known, kind, text, subresource }) => {
          const patterns = new KindPatterns([`${text}/${subresource}`]);
          assert.equal(patterns.stray(known), undefined);
          assert.match(patterns.match(target(kind, subresource), known) ?? '', new RegExp(`/${subresource}$`));
          assert.equal(patterns.match(target(kind), known), undefined);
          assert.equal(patterns.match(target(kind, 'other'), known), undefined);
        },
      ),
    );
  });

  it('are mistakes when they are words that no kind has, and then mean nothing', () => {
    fc.assert(
      fc.property(
        fc.array(custom, { maxLength: 5 }),
        fc.stringMatching(/^x[a-z]{5}q(\.apps|\.v1|\.app)?(\/log)?$/),
        (known, text) => {
          const patterns = new KindPatterns([text]);
          assert.equal(patterns.stray(known)?.pattern, text);
          for (const kind of [...BUILT_IN_KINDS, ...known])
            assert.equal(patterns.match(target(kind), known), undefined);
        },
      ),
      { numRuns: 25 },
    );
  });
});
