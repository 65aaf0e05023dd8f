import assert from 'node:assert/strict';
import { schemaProblems } from '../../../../src/extension/documents/schema-problems.ts';
import type { KindSchema } from '../../../../src/kubernetes/client/openapi.ts';

const text = { type: 'string' };
const SCHEMA: KindSchema = {
  source: 'openapi',
  definitions: { Port: { type: 'object', properties: { port: { type: 'integer', format: 'int32' } } } },
  root: {
    type: 'object',
    properties: {
      ...{ apiVersion: text, kind: text, open: { type: 'object' } },
      metadata: { type: 'object', properties: { name: text, labels: { type: 'object', additionalProperties: text } } },
      spec: {
        type: 'object',
        properties: {
          ports: { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/Port' }] } },
          paused: { type: 'boolean' },
          target: { 'x-kubernetes-int-or-string': true },
          policy: { type: 'string', enum: ['Always', 'Never'] },
          share: { type: 'number' },
        },
      },
    },
  },
};
const HEAD = 'apiVersion: v1\nkind: Thing\n';

async function marked(body: string): Promise<string[]> {
  const whole = HEAD + body;
  const problems = await schemaProblems(whole, async (_, kind) => (kind === 'Thing' ? SCHEMA : undefined));
  return problems.map(({ span, message }) => `${whole.slice(span.start, span.end)} → ${message}`);
}

describe('what a cluster would refuse in a text', () => {
  const cases: Record<string, string[]> = {
    'metadata: {name: a, labels: {any: x}}\nspec: {ports: [{port: 80}], paused: true, target: "80", share: 1}\n': [],
    'spec:\n  port: 80\n': ['port: 80 → unknown field "spec.port"; the nearest is ports'],
    'spec:\n  ports:\n  - port: many\n': ['port: many → string, where int32 is wanted'],
    'spec:\n  ports:\n  - prot: 80\n': ['prot: 80 → unknown field "spec.ports[0].prot"; the nearest is port'],
    'spec:\n  ports: 80\n': ['ports: 80 → integer, where array is wanted'],
    'metadata:\n  labels:\n    version: 1\n': ['version: 1 → integer, where string is wanted'],
    'spec:\n  policy: Sometimes\n': ['policy: Sometimes → Sometimes is none of: Always, Never'],
    'spec:\n  paused: on\n': [],
    'open:\n  anything: [1, {goes: here}]\n': [],
    'spec:\n  paused:\n': [],
    'spec:\n  share: {{ .Values.share }}\n  nonsense: 1\n': [],
    '---\napiVersion: v1\nkind: Other\nwhat: ever\n': [],
  };
  for (const [body, wanted] of Object.entries(cases))
    it(`is ${wanted.join() || 'nothing'} in ${JSON.stringify(body)}`, async () => {
      assert.deepEqual(await marked(body), wanted);
    });

  it('is broken YAML, at its place', async () => {
    const [problem] = await marked('spec: [\n');
    assert.match(problem ?? '', /flow/i);
  });
});
