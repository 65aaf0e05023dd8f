import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inParallel, type KubeObject } from './api-client.ts';
import type { Cluster, RealNode } from './running-cluster.ts';

const folder = join(import.meta.dirname, 'seeds/live');

/** Applies the seed of real containers to the real node; it settles by itself. */
export async function seedLive({ client }: Pick<Cluster, 'client'>, node: RealNode): Promise<void> {
  await node.ready;
  const objects = readdirSync(folder)
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => placed(document.toJS(), node.placement) as KubeObject);
  await inParallel(objects, 8, (object) => client.apply(object, 'kubectl'));
}

/** Adds the real node to every pod spec. */
function placed(value: unknown, placement: object): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => placed(one, placement));
  const members = Object.entries(value).map(([key, member]) => [key, placed(member, placement)]);
  return { ...('containers' in value && placement), ...Object.fromEntries(members) };
}
