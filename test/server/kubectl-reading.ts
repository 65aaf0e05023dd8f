import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJson } from '../../src/kubernetes/apimachinery/json.ts';
import { isObject, type KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';

/** kubectl's reading of a text: the objects before the first error, and that error. */
export interface KubectlReading {
  objects: KubernetesObject[];
  problem: string | undefined;
}

const MARK = 'mark-of-the-test';

/**
 * What kubectl reads in each text, all in one run: it gets a folder of files in which a marker document follows each
 * text to identify it. `command` must print what it read as JSON.
 */
export async function kubectlReadings(
  kubectl: string,
  texts: readonly (string | Buffer)[],
  command: readonly string[] = ['label', '--local', 'no-such-label-'],
): Promise<KubectlReading[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-reading-'));
  try {
    const name = (index: number, part: string) => `${String(index).padStart(6, '0')}-${part}.yaml`;
    await Promise.all(
      texts.flatMap((text, index) => [
        writeFile(join(folder, name(index, 'a')), text),
        writeFile(
          join(folder, name(index, 'b')),
          `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${MARK}"}}`,
        ),
      ]),
    );
    const { stdout, stderr } = await run(kubectl, [...command, '-f', folder, '-o', 'json']);
    const readings: KubectlReading[] = [];
    let objects: KubernetesObject[] = [];
    for (const object of printed(stdout)) {
      if (object.metadata?.name !== MARK) {
        objects.push(object);
        continue;
      }
      const file = name(readings.length, 'a');
      const problem = stderr.split('\n').find((line) => line.includes(file));
      readings.push({ objects, problem });
      objects = [];
    }
    if (readings.length !== texts.length)
      throw new Error(`kubectl read ${readings.length} of ${texts.length} texts: ${stderr.slice(0, 1000)}`);
    return readings;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(file: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) =>
    execFile(file, args, { maxBuffer: 256 << 20 }, (_, stdout, stderr) => resolve({ stdout, stderr })),
  );
}

// Pretty-printed objects in sequence: each begins and ends at the start of a line.
function printed(stdout: string): KubernetesObject[] {
  return stdout
    .split(/(?<=^\})\n/m)
    .filter((text) => text.trim() !== '')
    .map((text) => parseJson(text) as KubernetesObject);
}

/** Without the command's own additions. */
export function withoutAdditions(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  const { labels, ...rest } = metadata;
  return { ...object, metadata: isObject(labels) && Object.keys(labels).length === 0 ? rest : metadata };
}
