/** What a heap holds of one kind: a constructor's objects, or one of V8's own kinds, which are in parentheses. */
export interface HeapKind {
  count: number;
  bytes: number;
}

/** The part of a heap snapshot, as V8 writes it, that is read here. */
interface Snapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]] } };
  nodes: number[];
  strings: string[];
}

/** V8's types whose nodes carry names of their own that say nothing of their kind. */
const NAMELESS = new Set(['string', 'concatenated string', 'sliced string', 'number', 'bigint', 'symbol', 'regexp']);

/** The kinds of objects in a heap snapshot. */
export function heapKinds(text: string): Map<string, HeapKind> {
  const { snapshot, nodes, strings } = JSON.parse(text) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const at = (field: string) => fields.indexOf(field);
  const [typeAt, nameAt, sizeAt] = [at('type'), at('name'), at('self_size')];
  const kinds = new Map<string, HeapKind>();
  for (let node = 0; node < nodes.length; node += fields.length) {
    const type = types[0][nodes[node + typeAt] ?? 0] ?? '';
    const name = strings[nodes[node + nameAt] ?? 0] ?? '';
    const kind = NAMELESS.has(type) ? `(${type})` : type === 'object' ? name : `(${type}) ${name.slice(0, 60)}`;
    const held = kinds.get(kind) ?? { count: 0, bytes: 0 };
    kinds.set(kind, { count: held.count + 1, bytes: held.bytes + (nodes[node + sizeAt] ?? 0) });
  }
  return kinds;
}

/** A kind that a heap holds more of than before. */
export interface Growth {
  kind: string;
  before: HeapKind;
  after: HeapKind;
}

/** The kinds of which there are more, those first that take the most more. */
export function growthOf(before: ReadonlyMap<string, HeapKind>, after: ReadonlyMap<string, HeapKind>): Growth[] {
  return [...after]
    .map(([kind, held]) => ({ kind, before: before.get(kind) ?? { count: 0, bytes: 0 }, after: held }))
    .filter((one) => one.after.count > one.before.count)
    .sort((a, b) => b.after.bytes - b.before.bytes - (a.after.bytes - a.before.bytes));
}
