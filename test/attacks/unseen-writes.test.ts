import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedPaths, valueAt } from '../../src/kubernetes/apimachinery/field-path.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { withAgent } from './agent.ts';

/** ESC, a line break, bidi controls, zero-width characters and lookalikes of a space. */
const HIDDEN = [
  '\u001b[2K',
  '\n',
  '\r',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2028',
  '\u00a0',
  '\u{e0041}',
  '\ufeff',
  '\u0085',
  '\u3164',
];

// The user sees and approves exactly what is written.
describe('a write that the user would not have seen', () => {
  const namespace = scratchNamespace();
  const args = (...more: string[]) => ['--namespace', namespace.name, '--enable-create', '--enable-update', ...more];
  const manifest = (kind: string, apiVersion: string, name: string, rest = '') =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${JSON.stringify(name)}, namespace: ${namespace.name} }\n${rest}`;
  const pod = (name: string, annotation: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, annotations: { note: ${JSON.stringify(annotation)} } }\nspec: { hostPID: true, containers: [{ name: c, image: nginx, securityContext: { privileged: true } }] }`;
  const exists = async (kind: string, name: string) =>
    (await kubectl('get', kind, name, '-n', namespace.name, '--ignore-not-found')) !== '';

  it('is not asked about when it does not fit, and not written', () =>
    withAgent(args(), async (agent) => {
      const long = { manifest: pod('long', 'harmless '.repeat(2_000)) };
      assert.match(await agent.error('create_resource', long), /the user was not asked.*VS Code/s);
      const many = Array.from({ length: 80 }, (_, index) =>
        manifest('ConfigMap', 'v1', `many-${index}`, `data: { text: "${'x'.repeat(400)}" }`),
      );
      assert.match(await agent.error('create_resource', { manifest: many.join('\n---\n') }), /the user was not asked/);
      assert.deepEqual(agent.asked, []);
      assert.equal(await exists('pod', 'long'), false);
      assert.equal(await exists('cm', 'many-0'), false);
      assert.deepEqual([...new Set((await agent.journal()).map(({ outcome }) => outcome))], ['rejected']);
    }));

  it('stands first when it is dangerous, numbered, with everything else below', () =>
    withAgent(
      args(),
      async (agent) => {
        const texts = [
          ...Array.from({ length: 5 }, (_, index) => manifest('ConfigMap', 'v1', `calm-${index}`)),
          pod('loud', 'x'.repeat(900)),
        ];
        await agent.error('create_resource', { manifest: texts.join('\n---\n') });
        const [question = ''] = agent.asked;
        assert.match(
          question,
          /^6 changes:\n1\. create Pod \S+\/loud in context admin\n! Container c runs privileged.*\n! Its pods share with the node: hostPID\.\n2\. create ConfigMap/,
        );
        assert.match(question, /x{900}/);
        assert.match(question, /hostPID: true/);
      },
      'Reject',
    ));

  it('is shown with what the API server makes of it', () =>
    withAgent(
      args(),
      async (agent) => {
        await agent.error('create_resource', { manifest: pod('defaulted', 'x') });
        assert.match(
          agent.asked[0] ?? '',
          /restartPolicy: Always[\s\S]*serviceAccountName: default|serviceAccountName: default[\s\S]*restartPolicy: Always|tolerations:/,
        );
        const owners = '[{ apiVersion: v1, kind: ConfigMap, name: nobody, uid: 00000000-0000-4000-8000-000000000000 }]';
        await agent.error('create_resource', {
          manifest: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: orphan, finalizers: [example.com/x], ownerReferences: ${owners} }`,
        });
        assert.match(
          agent.asked[1] ?? '',
          /! It is deleted as soon as its owner ConfigMap "nobody"[\s\S]*name: nobody[\s\S]*example\.com\/x/,
        );
      },
      'Reject',
    ));

  it('shows the values that the agent gave, however secret they look', () =>
    withAgent(
      args(),
      async (agent) => {
        await apply(
          manifest('ConfigMap', 'v1', 'release', 'data: { release: before }').replace(
            'metadata: {',
            'metadata: { labels: { owner: helm },',
          ),
        );
        const env =
          '[{ name: PROXY_AUTH_TOKEN_URL, value: "https://evil.example/steal" }, { name: DB_PASSWORD, value: hunter2 }]';
        await agent.error('create_resource', {
          manifest: `apiVersion: v1\nkind: Pod\nmetadata: { name: loud }\nspec: { containers: [{ name: c, image: nginx, env: ${env} }] }`,
        });
        await agent.error('create_resource', {
          manifest: manifest('ConfigMap', 'v1', 'new', 'data: { release: given }').replace(
            'metadata: {',
            'metadata: { labels: { owner: helm },',
          ),
        });
        await agent.error('create_resource', {
          manifest: manifest('Secret', 'v1', 'new', 'stringData: { password: correct-horse }'),
        });
        await agent.error('update_resource', { kind: 'cm', name: 'release', patch: '{"data":{"other":"mine"}}' });
        const [pods = '', created = '', secret = '', updated = ''] = agent.asked;
        assert.match(pods, /https:\/\/evil\.example\/steal/);
        assert.match(pods, /hunter2/);
        assert.match(created, /release: given/);
        assert.match(secret, /correct-horse/);
        assert.match(updated, /^\+ {2}other: mine$/m);
        assert.doesNotMatch(updated, /before/);
        const journal = JSON.stringify(await agent.journal());
        assert.doesNotMatch(journal, /hunter2|correct-horse|Y29ycmVjdC1ob3JzZQ/);
      },
      'Reject',
    ));

  for (const character of HIDDEN) {
    const notation = `U+${(character.codePointAt(0) ?? 0).toString(16)}`;
    it(`has no name with ${notation}, tried or not`, () =>
      withAgent(args(), async (agent) => {
        const name = `a${character}b`;
        const fresh = `fresh-${namespace.name}`;
        for (const text of [
          manifest('Role', 'rbac.authorization.k8s.io/v1', name, 'rules: []'),
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${fresh} }\n---\n${manifest('ConfigMap', 'v1', name).replace(`namespace: ${namespace.name}`, `namespace: ${fresh}`)}`,
          `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${fresh} }\n---\n${manifest('Role', 'rbac.authorization.k8s.io/v1', name, 'rules: []').replace(`namespace: ${namespace.name}`, `namespace: ${fresh}`)}`,
        ])
          assert.ok((await agent.call('create_resource', { manifest: text })).isError, text);
        assert.deepEqual(agent.asked, []);
        assert.equal(await exists('ns', fresh), false);
      }));

    it(`shows ${notation} in a value`, () =>
      withAgent(
        args(),
        async (agent) => {
          await agent.error('create_resource', {
            manifest: manifest('ConfigMap', 'v1', 'value', `data: { text: ${JSON.stringify(`safe${character}evil`)} }`),
          });
          const [question = ''] = agent.asked;
          const lines = question.split('\n').join('');
          if (character !== '\n') assert.ok(!lines.includes(character), question);
          if (character === '\n') assert.match(question, /safe\n {4}evil/);
        },
        'Reject',
      ));
  }

  it('is told apart from one that spells the notation', () =>
    withAgent(
      args(),
      async (agent) => {
        await apply(manifest('ConfigMap', 'v1', 'spelled', String.raw`data: { text: 'a\u202Eb' }`));
        await agent.error('update_resource', {
          kind: 'cm',
          name: 'spelled',
          patch: JSON.stringify({ data: { text: 'a\u202eb' } }),
        });
        assert.match(agent.asked[0] ?? '', /^- {2}text: .*\n\+ {2}text: /m);
      },
      'Reject',
    ));

  it('is never any change of any field', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom('', 'true', '1', ' x', 'x ', '\u202e', 'x: y'),
    );
    const data = fc.dictionary(
      fc
        .string({ unit: fc.constantFrom(...'abcp-._'), minLength: 1, maxLength: 6 })
        .filter((key) => !/^\.\.?$|^\.\./.test(key)),
      word,
      { maxKeys: 4 },
    );
    return withAgent(
      args(),
      async (agent) => {
        await fc.assert(
          fc.asyncProperty(
            data,
            data,
            fc.constantFrom('merge', 'json', 'strategic'),
            async (before, after, patchType) => {
              await apply(
                JSON.stringify({
                  apiVersion: 'v1',
                  kind: 'ConfigMap',
                  metadata: { name: 'any', namespace: namespace.name },
                  data: before,
                }),
                '--server-side',
                '--force-conflicts',
              );
              const gone = Object.fromEntries(Object.keys(before).map((key) => [key, null]));
              const patch =
                patchType === 'json' ? [{ op: 'add', path: '/data', value: after }] : { data: { ...gone, ...after } };
              agent.asked.length = 0;
              const { text } = await agent.call('update_resource', {
                kind: 'cm',
                name: 'any',
                patchType,
                patch: JSON.stringify(patch),
                force: true,
              });
              const paths = changedPaths(before, after);
              if (paths.length === 0) return;
              const [question = ''] = agent.asked;
              assert.ok(question !== '', text);
              const changed = question
                .split('\n')
                .filter((line) => /^[-+]/.test(line))
                .join('\n');
              for (const path of paths)
                assert.ok(changed.includes(String(path[0])), `${JSON.stringify([before, after])}\n${question}`);
              for (const path of paths) {
                const value = valueAt(after, path);
                if (typeof value === 'string' && /^[\w ]+$/.test(value))
                  assert.ok(changed.includes(value.trim()), question);
              }
            },
          ),
          { numRuns: 25 },
        );
      },
      'Reject',
    );
  });
});
