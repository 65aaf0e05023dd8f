import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { nearest } from '../../kubernetes/apimachinery/nearest.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { readValue } from '../../kubernetes/text/reading.ts';
import type { Option, Options } from './option.ts';

/** Values by option, in the form that `parseArgs` returns. */
export type GivenValues = Record<string, string | boolean | string[]>;

/** Whom an entry of `callers` is about, and what holds for them. */
export interface CallerEntry {
  users: readonly string[];
  groups: readonly string[];
  values: GivenValues;
  /** What holds for them besides in some clusters. */
  clusters?: readonly ClusterEntry[];
}

/** Which clusters an entry of `clusters` is about, and what holds there besides. */
export interface ClusterEntry {
  contexts: readonly string[];
  servers: readonly string[];
  values: GivenValues;
  /** Where it is written, such as `clusters[0] of team.yaml`. */
  place: string;
}

/** The content of a configuration file and of its drop-in folder. */
export interface Config {
  values: GivenValues;
  callers: readonly CallerEntry[];
  clusters?: readonly ClusterEntry[];
}

/**
 * The files of a configuration, in the order in which later ones count over earlier ones: the file itself, then those
 * of the folder that is called like it with `.d` after it.
 */
export async function configFiles(path: string): Promise<string[]> {
  const folder = `${path}.d`;
  const names = await readdir(folder).catch(() => []);
  return [
    path,
    ...names
      .filter((name) => /^[^.].*\.ya?ml$/.test(name))
      .sort()
      .map((name) => join(folder, name)),
  ];
}

/**
 * Reads a configuration. Its keys are the options' names; `callers` lists what holds for some callers instead, and
 * `clusters` what holds in some clusters besides.
 * @param options what the file may set. @param perCaller those of them that an entry of `callers` may set, and
 * @param perCluster an entry of `clusters`.
 * @throws Error naming the file and the key.
 */
export async function readConfig(
  path: string,
  options: Options,
  perCaller: Options,
  perCluster: Options = {},
): Promise<Config> {
  const config = { values: {}, callers: [] as CallerEntry[], clusters: [] as ClusterEntry[] };
  for (const file of await configFiles(path)) {
    try {
      const content = (await readValue(await readFile(file, 'utf8'), 'The file')) ?? {};
      if (!isObject(content)) throw new Error('options with their values are needed, such as "enable-create: true".');
      const { callers, clusters, ...own } = content;
      Object.assign(config.values, valuesOf(own, options, ['callers', 'clusters']));
      config.callers.push(
        ...entriesOf(callers, 'callers', 'users or groups', (entry, place) => {
          const { clusters: own, ...about } = entry;
          return {
            ...callerOf(about, place, perCaller),
            clusters: clustersOf(own, `${place}.clusters`, basename(file), perCluster),
          };
        }),
      );
      config.clusters.push(...clustersOf(clusters, 'clusters', basename(file), perCluster));
    } catch (error) {
      throw new Error(`${file}: ${messageOf(error)}`);
    }
  }
  return config;
}

type Content = Record<string, unknown>;

function entriesOf<T>(given: unknown, place: string, about: string, read: (entry: Content, place: string) => T): T[] {
  const entries = given === undefined ? [] : given;
  if (!Array.isArray(entries)) throw new Error(`${place} has to be a list.`);
  return entries.map((entry: unknown, index) => {
    if (!isObject(entry)) throw new Error(`${place}[${index}] has to be ${about}, with options.`);
    return read(entry, `${place}[${index}]`);
  });
}

function callerOf({ users, groups, ...own }: Content, place: string, options: Options): CallerEntry {
  const about = { users: namesOf(users, `${place}.users`), groups: namesOf(groups, `${place}.groups`) };
  const values = valuesOf(own, options, ['users', 'groups', 'clusters'], `${place}.`);
  if (about.users.length + about.groups.length === 0) throw new Error(`${place} names no users and no groups.`);
  return { ...about, values };
}

function clustersOf(entries: unknown, list: string, file: string, options: Options): ClusterEntry[] {
  return entriesOf(entries, list, 'contexts or servers', ({ contexts, servers, ...own }, place) => {
    const about = { contexts: namesOf(contexts, `${place}.contexts`), servers: namesOf(servers, `${place}.servers`) };
    const values = valuesOf(own, options, ['contexts', 'servers'], `${place}.`);
    if (about.contexts.length + about.servers.length === 0)
      throw new Error(`${place} names no contexts and no servers.`);
    return { ...about, values, place: `${place} of ${file}` };
  });
}

function namesOf(value: unknown, place: string): string[] {
  const names: unknown[] = value === undefined ? [] : [value].flat();
  if (!names.every((name): name is string => typeof name === 'string' && name !== ''))
    throw new Error(`${place} has to be names.`);
  return names;
}

function valuesOf(content: JsonObject, options: Options, also: readonly string[], place = ''): GivenValues {
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      const option = Object.hasOwn(options, key) ? options[key] : undefined;
      if (option) return [key, optionValue(`${place}${key}`, value, option)];
      const close = nearest(key, [...Object.keys(options), ...also], 3);
      const known = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
      throw new Error(`"${place}${key}" is no option that can be set here.${known}`);
    }),
  );
}

function optionValue(place: string, value: unknown, { type }: Option): string | boolean | string[] {
  if (type === 'flag' || type === 'switch') {
    if (typeof value !== 'boolean') throw new Error(`${place} takes true or false, not ${JSON.stringify(value)}.`);
    return type === 'flag' ? value : String(value);
  }
  const texts = [value].flat().map((one) => (typeof one === 'number' ? String(one) : one));
  const fits = texts.every((one) => typeof one === 'string') && (type === 'list' || !Array.isArray(value));
  if (!fits)
    throw new Error(`${place} takes ${type === 'list' ? 'a list of texts' : 'a text'}, not ${JSON.stringify(value)}.`);
  return type === 'list' ? texts : (texts[0] ?? '');
}
