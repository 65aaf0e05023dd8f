import assert from 'node:assert/strict';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { TOOLSETS } from '../../src/kubernetes/rules.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

type Schema = Record<string, unknown>;

/** What some client or model API is known to refuse; some drop all tools because of one. */
const REFUSED = [
  ...['$ref', '$schema', '$id', '$defs', 'definitions', '$dynamicRef', '$anchor', '$comment'],
  ...['anyOf', 'oneOf', 'allOf', 'not', 'if', 'const', 'prefixItems', 'additionalItems', 'patternProperties'],
  ...['propertyNames', 'dependentRequired', 'unevaluatedProperties', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['format', 'pattern', 'examples', 'contentMediaType', 'nullable'],
];
/** OpenAI: function and parameter names; VS Code prefixes tools with `mcp_`, the server's name and `_`. */
const NAME = /^[a-zA-Z0-9_-]{1,46}$/;
const DESCRIPTION = 1_024;
const DEPTH = 5;
const TOOLS = 128;

describe('tools/list', () => {
  let all: Tool[];
  let standard: Tool[];
  before(async () => {
    // All contexts, so every tool has the context parameter.
    const switches = [
      ...['create', 'update', 'delete', 'exec'],
      ...['install', 'upgrade', 'rollback', 'uninstall', 'repo-add', 'repo-remove'].map((name) => `helm-${name}`),
    ].map((name) => `--enable-${name}`);
    all = await listed((await testCluster()).kubeconfig(), [
      ...switches,
      `--toolsets=${TOOLSETS.join(',')}`,
      '--allow-context=*',
    ]);
    standard = await listed('/nonexistent', []);
  });

  async function listed(kubeconfig: string, args: readonly string[]): Promise<Tool[]> {
    const server = await McpServer.start(kubeconfig, args);
    const { tools } = await server.client.listTools();
    await server.stop();
    return tools;
  }

  it('has less than 12 kB with default settings, and 24 kB with everything', () => {
    const bytes = Buffer.byteLength(JSON.stringify({ tools: standard }));
    assert.ok(bytes < 12_000, `${bytes} bytes`);
    const everything = Buffer.byteLength(JSON.stringify({ tools: all }));
    assert.ok(everything < 24_000, `${everything} bytes`);
  });

  it('has names and descriptions that Copilot and OpenAI accept', () => {
    assert.ok(all.length > standard.length && all.length <= TOOLS);
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { name, title, description = '' } of all) {
      assert.match(name, NAME);
      assert.ok(title, name);
      assert.ok(description.length > 0 && description.length <= DESCRIPTION, `${name}: ${description.length}`);
    }
  });

  it('has schemas that Copilot and OpenAI accept', () => {
    const validator = new AjvJsonSchemaValidator();
    for (const { name, inputSchema } of all) {
      lint(inputSchema, name, 1);
      assert.equal(inputSchema.type, 'object', name);
      assert.equal('context' in (inputSchema.properties ?? {}), name !== 'list_contexts', name);
      // Throws for an invalid JSON schema.
      validator.getValidator(inputSchema);
    }
  });

  it('tells by annotations what reads, what adds and what destroys', () => {
    const reading = standard.map(({ name }) => name);
    for (const { name, annotations } of all) {
      assert.equal(annotations?.readOnlyHint, reading.includes(name), name);
      assert.equal(annotations?.openWorldHint, false, name);
    }
    const hints = all
      .filter(({ name }) => !reading.includes(name))
      .map(({ name, annotations }) => [name, annotations?.destructiveHint]);
    assert.deepEqual(Object.fromEntries(hints), {
      create_resource: false,
      update_resource: true,
      scale_resource: true,
      rollout_resource: true,
      delete_resource: true,
      exec_in_pod: true,
      apply_manifest: true,
      install_helm_chart: false,
      upgrade_helm_chart: true,
      rollback_helm_release: true,
      uninstall_helm_release: true,
      add_helm_repository: false,
      remove_helm_repository: true,
    });
  });
});

function lint(schema: Schema, path: string, depth: number): void {
  assert.deepEqual(
    REFUSED.filter((key) => key in schema),
    [],
    path,
  );
  assert.ok(depth <= DEPTH, `${path} is ${depth} deep`);
  const { type, properties, required = [], items, enum: choice } = schema;
  assert.ok(['object', 'array', 'string', 'number', 'integer', 'boolean'].includes(type as string), `type of ${path}`);
  if (choice !== undefined) {
    assert.equal(type, 'string', path);
    assert.ok(
      Array.isArray(choice) && choice.length > 0 && choice.every((one) => one && typeof one === 'string'),
      path,
    );
  }
  if (type === 'array') {
    assert.ok(isSchema(items), `${path} has no items`);
    lint(items, `${path}[]`, depth + 1);
  }
  if (type !== 'object') return;
  assert.ok(isSchema(properties), `${path} has no properties`);
  for (const [key, property] of Object.entries(properties)) {
    assert.match(key, NAME, path);
    lint(property as Schema, `${path}.${key}`, depth + 1);
  }
  for (const key of required as string[]) assert.ok(key in properties, `${path} requires ${key}, which it lacks`);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
