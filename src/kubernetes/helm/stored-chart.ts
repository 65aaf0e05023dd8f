import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { isBelow } from '../client/places.ts';
import { toYaml } from '../text/yaml.ts';
import type { Release } from './release.ts';
import type { WorkFolder } from './work-folder.ts';

/**
 * Writes the chart a release was made from into the folder, and returns its path.
 * @throws UserError where a release does not store all of it: the charts it depends on.
 */
export async function writeStoredChart({ chart, name }: Release, folder: WorkFolder): Promise<string> {
  const { metadata, values, templates, files, schema } = chart.stored;
  const dependencies = isObject(metadata) && Array.isArray(metadata.dependencies) ? metadata.dependencies : [];
  if (dependencies.length > 0)
    throw new UserError(
      `Release "${name}" does not keep the charts that ${chart.name} depends on: give the chart, as repository/name with its version.`,
    );
  const root = join(folder.path, `${safe(chart.name)}-${safe(chart.version)}`);
  await mkdir(root);
  await writeFile(join(root, 'Chart.yaml'), toYaml(metadata));
  await writeFile(join(root, 'values.yaml'), toYaml(values ?? {}));
  if (typeof schema === 'string') await writeFile(join(root, 'values.schema.json'), Buffer.from(schema, 'base64'));
  for (const file of [...membersOf(templates), ...membersOf(files)]) {
    const path = join(root, String(file.name));
    if (!isBelow(path, root)) throw new UserError(`The chart of release "${name}" holds a file outside of itself.`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.from(String(file.data ?? ''), 'base64'));
  }
  return root;
}

function membersOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject).filter(({ name }) => typeof name === 'string') : [];
}

function safe(text: string): string {
  return text.replace(/[^\w.+-]/g, '_').replace(/^\.+/, '_') || 'chart';
}
