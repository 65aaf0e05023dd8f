import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { exampleCalls } from './example-calls.ts';
import { McpServer } from './mcp-process.ts';
import { scratchNamespace } from './scratch.ts';

const GUESSES = ['4815', '4816'].map((guess) => `password=${guess}`);
const secret = (guess: string) => `apiVersion: v1
kind: Secret
metadata: { name: guessed }
stringData: { ${guess.replace('=', ': "')}" }
`;

describe('a guess that is repeated in an answer', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    const flags = ['--enable-create', '--enable-update', '--namespace', namespace.name];
    server = await McpServer.start((await testCluster()).kubeconfig(), flags);
  });
  after(() => server.stop());

  async function answers(tool: string, input: Record<string, unknown>): Promise<void> {
    const { result } = await server.call(tool, input);
    const text = JSON.stringify(result);
    // What tells values apart would tell which guess is the value that a Secret's marker stands for.
    assert.doesNotMatch(text, /<redacted #/, `${tool} ${JSON.stringify(input)}: ${text.slice(0, 2_000)}`);
  }

  it('has no digest, whatever parameter it stands in', async () => {
    const examples = exampleCalls({ namespace: namespace.name, pod: 'none' });
    const { tools } = await server.client.listTools();
    let calls = 0;
    for (const { name, inputSchema, annotations } of tools) {
      if (!annotations?.readOnlyHint) continue;
      const input = examples.find(({ tool }) => tool === name)?.input ?? {};
      const quick = 'timeoutSeconds' in (inputSchema.properties ?? {}) ? { timeoutSeconds: 1 } : {};
      for (const [key, schema] of Object.entries(inputSchema.properties ?? {})) {
        const { type } = schema as { type?: string };
        if (type !== 'string' && type !== 'array') continue;
        calls += 1;
        await answers(name, { ...input, ...quick, [key]: type === 'array' ? GUESSES : GUESSES.join('\n') });
      }
    }
    assert.ok(calls > 50, String(calls));
  });

  it('has no digest in a trial of a write', async () => {
    for (const guess of GUESSES) {
      await answers('create_resource', { manifest: secret(guess), dryRun: true });
      await answers('apply_manifest', { manifest: secret(guess), dryRun: true });
    }
  });
});
