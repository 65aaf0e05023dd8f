import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { stringify } from 'yaml';
import { TOOLSETS } from '../../src/kubernetes/rules.ts';
import { tools } from '../../src/server/mcp/tools.ts';
import { SETTING_NAMES, settingOf } from '../../src/settings.ts';
import { findHelm } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { type ExampleCall, exampleCalls } from './example-calls.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, podsMeasured, scratchNamespace } from './scratch.ts';
import { withoutVolatile } from './volatile.ts';

const folder = new URL('snapshots/', import.meta.url);
const update = process.argv.includes('--update');

const switches = [
  `--toolsets=${TOOLSETS.join(',')}`,
  ...SETTING_NAMES.map(settingOf).flatMap(({ type, flag }) => (type === 'switch' && flag ? `--${flag}` : [])),
];

/** Compares with the snapshot, which `npm run snapshots` writes first. */
function assertKept(file: string, text: string): void {
  const url = new URL(file, folder);
  if (update) writeFileSync(url, text);
  assert.equal(text, readFileSync(url, 'utf8'), `${file} differs: see whether you mean it, then npm run snapshots`);
}

// Its name sorts it early in the suite: after ten minutes, stuck Deployments report it.
describe('what a model reads', () => {
  const namespace = scratchNamespace();
  const answers = new Map<string, string[]>();

  before(async () => {
    const { kubeconfig } = await testCluster();
    await podsMeasured();
    const { path } = await findHelm(console.error);
    const server = await McpServer.start(kubeconfig(), [`--helm=${path}`, ...switches]);
    const pod = await kubectl('get', 'pod', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
    for (const call of exampleCalls({ namespace: namespace.name, pod })) {
      const { result } = await server.call(call.tool, call.input);
      answers.set(call.tool, [...(answers.get(call.tool) ?? []), example(call, result)]);
    }
    await server.stop();
  });

  function example({ title, input }: ExampleCall, { content, isError }: CallToolResult): string {
    const parts = content.map((part) =>
      part.type === 'text' ? part.text : part.type === 'resource_link' ? `link for the user: ${part.uri}` : part.type,
    );
    const yaml = Object.keys(input).length === 0 ? '' : stringify(input, { lineWidth: 0 });
    const text = [
      `## ${title}\n`,
      `\`\`\`yaml\n${yaml}\`\`\`\n`,
      ...(isError ? ['It is an error:\n'] : []),
      `\`\`\`text\n${parts.join('\n').trimEnd()}\n\`\`\`\n`,
    ].join('\n');
    return withoutVolatile(text.replaceAll(namespace.name, 'greetings'));
  }

  async function listed(kubeconfig: string, args: readonly string[]): Promise<string> {
    const server = await McpServer.start(kubeconfig, args);
    const { tools } = await server.client.listTools();
    await server.stop();
    return tools.map(described).join('\n');
  }

  const described = ({ name, ...rest }: Tool) => stringify({ [name]: rest }, { lineWidth: 0 });

  it('of tools by default', async () => assertKept('tools-default.yaml', await listed('/nonexistent', [])));

  it('of tools with several contexts and every switch', async () => {
    const { kubeconfig } = await testCluster();
    assertKept('tools-all.yaml', await listed(kubeconfig(), [...switches, '--allow-context=*']));
  });

  for (const { name } of tools)
    it(`of ${name}`, () => {
      const examples = answers.get(name) ?? assert.fail(`${name} has no call in example-calls.ts`);
      assertKept(`${name}.md`, [`# ${name}\n`, ...examples].join('\n'));
    });

  it('and nothing that no tool answers any longer', () => {
    const files = [...tools.map(({ name }) => `${name}.md`), 'tools-all.yaml', 'tools-default.yaml'];
    assert.deepEqual(readdirSync(folder).sort(), files.sort());
  });
});
