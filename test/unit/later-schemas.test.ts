import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { build } from 'esbuild';
import fc from 'fast-check';
import { laterSchemas } from '../../scripts/later-schemas.ts';

const MODULE = '@modelcontextprotocol/sdk/types.js';

describe('schemas that are made on first use', () => {
  let folder: string;
  let later: typeof types;
  const sdk = { ...types };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-later-schemas-'));
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    const file = join(folder, 'types.mjs');
    const { outputFiles } = await build({
      stdin: { contents: `export * from '${MODULE}';`, resolveDir: folder },
      ...{ bundle: true, format: 'esm', write: false, plugins: [laterSchemas] },
    });
    await writeFile(file, outputFiles[0]?.text ?? '');
    later = await import(pathToFileURL(file).href);
  });
  after(() => rm(folder, { recursive: true }));

  const text = fc.constantFrom('2.0', 'initialize', 'tools/call', 'ping', 'notifications/initialized', 'a');
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text);
  const message = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.record(
      {
        jsonrpc: fc.oneof({ weight: 5, arbitrary: fc.constant('2.0') }, value),
        id: fc.oneof(fc.integer(), fc.string(), value),
        method: fc.oneof(text, value),
        params: fc.oneof(fc.record({ name: text, arguments: fc.object(), _meta: value }, { requiredKeys: [] }), value),
        result: fc.oneof(fc.object(), value),
        error: fc.oneof(fc.record({ code: fc.integer(), message: text }), value),
        more: value,
      },
      { requiredKeys: [] },
    ),
  );

  it('accept, refuse and say the same', () => {
    const names = [
      'JSONRPCMessageSchema',
      'InitializeRequestSchema',
      'CallToolRequestSchema',
      'CallToolResultSchema',
    ] as const;
    fc.assert(
      fc.property(message, (one) => {
        for (const name of names) {
          const [made, theirs] = [later[name].safeParse(one), sdk[name].safeParse(one)];
          assert.deepEqual(made.data, theirs.data);
          assert.deepEqual(made.error?.issues, theirs.error?.issues);
        }
      }),
    );
  });

  it('tell messages apart the same', () => {
    const names = [
      'isJSONRPCRequest',
      'isJSONRPCNotification',
      'isJSONRPCResultResponse',
      'isJSONRPCErrorResponse',
    ] as const;
    fc.assert(
      fc.property(message, (one) => {
        for (const name of names) assert.equal(later[name](one), sdk[name](one), name);
      }),
    );
  });

  it('fail the build when the module is written in another way', async () => {
    const dist = join(folder, '@modelcontextprotocol', 'sdk', 'dist', 'esm');
    await mkdir(dist, { recursive: true });
    await writeFile(join(dist, 'types.js'), 'export const ASchema = z.object({});\nexport let b;\n');
    const options = { bundle: true, write: false, logLevel: 'silent' } as const;
    const entryPoints = [join(dist, 'types.js')];
    await assert.rejects(build({ ...options, entryPoints, plugins: [laterSchemas] }), /written in another way/);
  });
});
