import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { KindSchema } from '../../../../../src/kubernetes/client/openapi.ts';
import type { ServerTable } from '../../../../../src/kubernetes/text/table.ts';
import { parseSelection, readSelected } from '../../../../../src/server/tools/parts/selection.ts';

const SCHEMA: KindSchema = {
  root: {
    type: 'object',
    properties: {
      metadata: { type: 'object', properties: { name: { type: 'string' } } },
      spec: { type: 'object', properties: { replicas: { type: 'integer' }, nodeName: { type: 'string' } } },
      status: { type: 'object', properties: { readyReplicas: { type: 'integer' } } },
    },
  },
  definitions: {},
  source: 'openapi',
};
const TYPE = { apiVersion: 'v1', kind: 'Thing' };

function thing(name: string, fields: object): KubernetesObject {
  return { metadata: { name }, ...fields };
}

const THINGS = [
  thing('half', { spec: { replicas: 2 }, status: { readyReplicas: 1 } }),
  thing('none', { spec: { replicas: 1 }, status: {}, at: null }),
  thing('whole', { spec: { replicas: 2 }, status: { readyReplicas: 2 }, at: '2026-01-01T00:00:00Z' }),
];

async function select(where: string | undefined, sortBy: string | undefined, list: object, schema?: KindSchema) {
  const selection = parseSelection(where, sortBy);
  assert.ok(selection);
  let reads = 0;
  const selected = await readSelected(
    selection,
    TYPE,
    async () => list as ServerTable,
    async () => {
      reads += 1;
      return schema;
    },
  );
  const members = 'rows' in selected.list ? selected.list.rows.map(({ object }) => object) : selected.list.items;
  return { ...selected, reads, names: (members ?? []).map((one) => one?.metadata?.name) };
}

const items = (where?: string, sortBy?: string, schema: KindSchema | undefined = SCHEMA) =>
  select(where, sortBy, { items: THINGS }, schema);

describe('readSelected', () => {
  it('counts a zero that is left out, in conditions and orders, and reads the schema only then', async () => {
    const below = await items('.status.readyReplicas<.spec.replicas');
    assert.deepEqual(below.names, ['half', 'none']);
    assert.deepEqual(below.notes, ['Where .status.readyReplicas is missing, it counts as 0.']);
    assert.deepEqual((await items(undefined, '.status.readyReplicas')).names, ['none', 'half', 'whole']);
    assert.equal((await items('.spec.replicas>1', '-.spec.replicas')).reads, 0);
    assert.equal(below.reads, 1);
  });

  it('says without a schema how many have no such field', async () => {
    const { names, notes } = await select('.status.readyReplicas<2', undefined, { items: THINGS });
    assert.deepEqual(names, ['half']);
    assert.deepEqual(notes, ['1 of 3 have no .status.readyReplicas.']);
  });

  it('takes null for missing', async () => {
    assert.deepEqual((await items(undefined, '-.at')).names[0], 'whole');
    assert.deepEqual((await items(undefined, '.at')).names[0], 'whole');
    assert.deepEqual((await items('.at')).names, ['whole']);
  });

  it('gives the fields of paths that found nothing', async () => {
    const unfound = async (where?: string, sortBy?: string) =>
      (await items(where, sortBy)).unfound.map(({ text }) => text);
    assert.deepEqual(await unfound('.spec.nodeNam=="a"'), ['.spec.nodeNam']);
    assert.deepEqual(await unfound('!.spec.nodeNam'), ['.spec.nodeNam']);
    assert.deepEqual(await unfound('.spec.replicas>1', 'nonsense'), ['nonsense']);
    assert.deepEqual(await unfound('.spec.replicas>9'), []);
    assert.deepEqual((await items(undefined, '.spec.x')).notes, [
      'None of them has .spec.x, so they are not sorted by it.',
    ]);
    const empty = await select('.spec.nodeNam=="a"', '.spec.x', { items: [] });
    assert.deepEqual(
      empty.unfound.map(({ text }) => text),
      ['.spec.nodeNam', '.spec.x'],
    );
  });

  it('sorts by a header of the table', async () => {
    const cells = [
      ['a', '9 (5m ago)', '<none>', '2d'],
      ['b', '10', 'node-2', '5m'],
      ['c', '0', 'node-10', '3h2m'],
    ];
    const table = {
      columnDefinitions: ['Name', 'Restarts', 'Nominated Node', 'Last Seen'].map((name) => ({ name })),
      rows: cells.map((row) => ({ cells: row, object: thing(String(row[0]), {}) })),
    };
    const sorted = async (sortBy: string) => (await select(undefined, sortBy, table)).names.join('');
    assert.equal(await sorted('RESTARTS'), 'cab');
    assert.equal(await sorted('-restarts'), 'bac');
    assert.equal(await sorted('nominated node'), 'bca');
    assert.equal(await sorted('-NOMINATED NODE'), 'cba');
    assert.equal(await sorted('last seen'), 'bca');
    const { headers, unfound } = await select(undefined, 'nonsense', table);
    assert.deepEqual(headers, ['NAME', 'RESTARTS', 'NOMINATED NODE', 'LAST SEEN']);
    assert.equal(unfound[0]?.text, 'nonsense');
  });

  it('tells ages from amounts by their column', async () => {
    const sorted = async (cells: readonly unknown[], type = 'string') => {
      const rows = cells.map((cell) => ({ cells: [cell], object: thing(String(cell), {}) }));
      const table = { columnDefinitions: [{ name: 'Value', type }], rows };
      return (await select(undefined, 'value', table)).names;
    };
    const orders = [
      [['15m', '250m', '1', '2', '1k', '<none>'], 'string'],
      [['50m', '0.5', '1500m'], 'string'],
      [['90s', '15m', '2h', '3d4h', '1y', '<unknown>'], 'string'],
      [['90s', '15m', '2h', 'never'], 'string'],
      [['30s', '5m', '2h'], 'date'],
      [['10m', '500m', '64Mi', '1Gi'], 'string'],
    ] as const;
    for (const [cells, type] of orders) assert.deepEqual(await sorted(cells.toReversed(), type), cells);
  });
});
