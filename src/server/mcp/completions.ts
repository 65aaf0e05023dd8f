import type { CompleteRequestParams, CompleteResult } from '@modelcontextprotocol/sdk/types.js';
import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { TABLE_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList } from '../../kubernetes/apimachinery/objects.ts';
import type { ApiClient } from '../../kubernetes/client/client.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { preferredOfEachGroup } from '../../kubernetes/client/kind-resolution.ts';
import { listNamespaces } from '../../kubernetes/client/namespaces.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import type { ServerTable } from '../../kubernetes/text/table.ts';
import type { Contexts } from '../core/contexts.ts';
import type { RecentKinds } from '../core/recent-kinds.ts';
import { RequestError } from '../core/request-error.ts';
import { prompts } from '../prompts/index.ts';

/** The most that MCP allows in one answer. */
const MAX_COMPLETIONS = 100;
/** The most names searched, of one kind in one namespace. */
const MAX_NAMES = 5_000;
/** How long names stay fresh enough while someone types, in milliseconds. */
const CACHE_MS = 5_000;
/** A slower completion comes too late to be useful, in milliseconds. */
const READ_TIMEOUT_MS = 5_000;

const CLUSTER_SCOPED = '_';
/** The most viewed kinds; the rest follow by name. */
const COMMON = [
  'pods',
  'deployments.apps',
  'services',
  'configmaps',
  'statefulsets.apps',
  'ingresses.networking.k8s.io',
  'jobs.batch',
  'cronjobs.batch',
  'daemonsets.apps',
  'persistentvolumeclaims',
  'secrets',
  'nodes',
  'namespaces',
];

/** Candidates, most likely first, and how many more were not looked at. */
interface Candidates {
  values: readonly string[];
  /** Other words that find a value. */
  aliases?: ReadonlyMap<string, readonly string[]>;
  unseen?: number;
}

interface Question {
  argument: string;
  /** The values of the other variables. */
  chosen: Record<string, string>;
  /** True for an argument of the template, in which `_` stands for no namespace. */
  inTemplate: boolean;
  connection: Connection;
  policy: Policy;
  recentKinds: RecentKinds;
  signal: AbortSignal;
}

const none: Candidates = { values: [] };

/**
 * Values for a variable of the resource template or an argument of a prompt. Best effort: none if listing fails.
 * @throws RequestError when there is no such template or prompt.
 */
export async function complete(
  { ref, argument, context }: CompleteRequestParams,
  contexts: Contexts,
  signal: AbortSignal,
): Promise<CompleteResult> {
  const inTemplate = ref.type === 'ref/resource';
  if (inTemplate && !ref.uri.startsWith('k8s:///'))
    throw new RequestError(`There is no resource template "${ref.uri}".`);
  if (!inTemplate && !prompts.some(({ name }) => name === ref.name)) {
    throw new RequestError(
      `There is no prompt "${ref.name}". There are: ${prompts.map(({ name }) => name).join(', ')}.`,
    );
  }
  const chosen = context?.arguments ?? {};
  try {
    if (argument.name === 'context') return answer({ values: await contexts.allowed() }, argument.value);
    const connection = await contexts.connect(chosen.context || undefined);
    const { recentKinds } = contexts;
    const policy = contexts.policyFor(connection);
    const question = { argument: argument.name, chosen, inTemplate, connection, policy, recentKinds, signal };
    return answer(await candidates(question), argument.value);
  } catch {
    return answer(none, '');
  }
}

function candidates(question: Question): Promise<Candidates> | Candidates {
  switch (question.argument) {
    case 'namespace':
      return namespaces(question);
    case 'resource':
    case 'kind':
      return kindNames(question);
    case 'name':
      return names(question);
    case 'targetVersion':
      return versions(question);
    default:
      return none;
  }
}

async function namespaces(question: Question): Promise<Candidates> {
  const { connection, policy, chosen, inTemplate } = question;
  const kind = chosen.resource || chosen.kind;
  const resource = kind ? await connection.discovery.resolve(kind) : undefined;
  if (resource && !resource.namespaced) return inTemplate ? { values: [CLUSTER_SCOPED] } : none;
  const own = connection.namespace;
  const all =
    policy.namespaces.length > 0
      ? policy.namespaces
      : await listNamespaces((listed) => namesOf(connection.client, pathOf(listed))).then(
          ({ values }) => values,
          () => [own],
        );
  // The own namespace first, the system's last.
  const rank = (name: string) => (name === own ? 0 : name.startsWith('kube-') ? 2 : 1);
  const sorted = [...all].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return { values: inTemplate && !resource ? [...sorted, CLUSTER_SCOPED] : sorted };
}

async function kindNames({ connection, chosen, inTemplate, recentKinds }: Question): Promise<Candidates> {
  const { resources } = await connection.discovery.kinds();
  const fits = ({ verbs, namespaced }: ApiResource) =>
    verbs.includes('get') &&
    verbs.includes('list') &&
    (!inTemplate || !chosen.namespace || namespaced === (chosen.namespace !== CLUSTER_SCOPED));
  const found = preferredOfEachGroup(resources).filter(fits);
  const order = [...recentKinds.list(), ...COMMON];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const aliases = new Map(
    found.map((resource) => [
      resourceNameOf(resource),
      [resource.kind.toLowerCase(), resource.singularName, ...resource.shortNames],
    ]),
  );
  return { values: [...aliases.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b)), aliases };
}

async function names({ connection, chosen, inTemplate, recentKinds }: Question): Promise<Candidates> {
  const kind = chosen.resource || chosen.kind;
  if (!kind) return none;
  const resource = await connection.discovery.resolve(kind);
  recentKinds.add(resourceNameOf(resource));
  const namespace = chosen.namespace || (inTemplate ? undefined : connection.namespace);
  if (!resource.namespaced) return namesOf(connection.client, pathOf(resource));
  if (!namespace || namespace === CLUSTER_SCOPED) return none;
  return namesOf(connection.client, pathOf(resource, namespace));
}

async function versions({ connection, signal }: Question): Promise<Candidates> {
  const { major, minor } = await connection.client.json<{ major: string; minor: string }>({
    path: '/version',
    signal,
    timeout: READ_TIMEOUT_MS,
  });
  const current = Number.parseInt(minor, 10);
  return { values: [1, 2, 3].map((step) => `${major}.${current + step}`) };
}

const cached = new WeakMap<ApiClient, Map<string, { until: number; names: Promise<Candidates> }>>();

// Someone who types on has cancelled the request that fetches the names; the next request uses them.
function namesOf(client: ApiClient, path: string): Promise<Candidates> {
  const known = cached.get(client) ?? new Map<string, { until: number; names: Promise<Candidates> }>();
  cached.set(client, known);
  const now = performance.now();
  for (const [key, { until }] of known) if (until < now) known.delete(key);
  const hit = known.get(path);
  if (hit) return hit.names;
  const listed = listNames(client, path);
  known.set(path, { until: now + CACHE_MS, names: listed });
  listed.catch(() => known.delete(path));
  return listed;
}

// The server's table without objects is a tenth of the size of their metadata.
async function listNames(client: ApiClient, path: string): Promise<Candidates> {
  const answered = await client.json<ServerTable | KubernetesList>({
    path,
    query: { limit: MAX_NAMES, includeObject: 'None' },
    accept: TABLE_TYPE,
    timeout: READ_TIMEOUT_MS,
  });
  const unseen = answered.metadata?.remainingItemCount ?? (answered.metadata?.continue ? 1 : 0);
  if (!('rows' in answered))
    return { values: (answered.items ?? []).map(({ metadata }) => metadata?.name ?? ''), unseen };
  const column = answered.columnDefinitions.findIndex(({ name }) => name.toLowerCase() === 'name');
  return { values: (answered.rows ?? []).map(({ cells }) => String(cells[Math.max(column, 0)])), unseen };
}

function answer({ values, aliases, unseen = 0 }: Candidates, typed: string): CompleteResult {
  const wanted = typed.trim().toLowerCase();
  const found: string[][] = [[], [], []];
  for (const value of values) {
    const rank = rankOf(value.toLowerCase(), aliases?.get(value) ?? [], wanted);
    if (rank !== undefined) found[rank]?.push(value);
  }
  const matches = found.flat();
  return {
    completion: {
      values: matches.slice(0, MAX_COMPLETIONS),
      total: matches.length + (wanted === '' ? unseen : 0),
      hasMore: matches.length > MAX_COMPLETIONS || unseen > 0,
    },
  };
}

/** 0 for an exact match or short name, 1 for a prefix, 2 for a substring; undefined otherwise. */
function rankOf(value: string, aliases: readonly string[], wanted: string): number | undefined {
  if (value === wanted || (wanted !== '' && aliases.includes(wanted))) return 0;
  if (value.startsWith(wanted)) return 1;
  return value.includes(wanted) || aliases.some((alias) => alias.startsWith(wanted)) ? 2 : undefined;
}
