import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { TABLE_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { type Change, changesOf } from '../../kubernetes/changes/object-changes.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { readObject } from '../../kubernetes/client/read-object.ts';
import { type Diagnosis, diagnose } from '../../kubernetes/diagnosis/diagnose.ts';
import { limitsOf } from '../../kubernetes/diagnosis/digest.ts';
import { Lookup } from '../../kubernetes/diagnosis/facts/lookup.ts';
import { type Owner, ownerChain } from '../../kubernetes/diagnosis/rules/owned.ts';
import { redact } from '../../kubernetes/text/redact.ts';
import { cellText, type ServerTable } from '../../kubernetes/text/table.ts';
import { toYaml } from '../../kubernetes/text/yaml.ts';
import type { FoldedEvent } from '../../kubernetes/workloads/events.ts';
import { type Revision, revisionsOf } from '../../kubernetes/workloads/revisions.ts';
import type { Usage } from '../../kubernetes/workloads/usage.ts';
import { told } from '../common/told.ts';
import { referencesIn } from '../documents/references.ts';
import { canDo } from '../views/actions.ts';
import { eventsOf } from '../views/event-text.ts';
import type { Located } from '../views/nodes.ts';
import { hasRelated } from '../views/relation-kinds.ts';
import { type Related, relatedTo } from '../views/relations.ts';
import { existing, type Mention, mentionsIn } from './named-objects.ts';
import { objectUsage } from './object-usage.ts';
import { type Part, partOf } from './part.ts';

/** Another object, as a page names it. */
export interface NamedObject extends Located {
  kind: string;
}

/** All that the page of an object tells, as it was read. */
export interface ObjectFacts {
  connection: Connection;
  resource: ApiResource;
  /** Redacted. */
  object: KubernetesObject;
  /** What kubectl would print of it. */
  columns: { name: string; text: string }[];
  diagnosis: Diagnosis;
  /** What the diagnosis could not look at. */
  limits: string[];
  /** The objects that the findings name, and which there are. */
  mentionsIn: (text: string) => Mention[];
  owners: Owner[];
  related: Part<Related[]>;
  /** What it refers to by name. */
  uses: NamedObject[];
  events: Part<FoldedEvent[]>;
  usage: Part<Usage | undefined>;
  revisions: Part<Revision[]>;
  changes: Change[];
}

/** The longest spec whose references are looked for: of every version anew. */
const MAX_SPEC_LENGTH = 100_000;

/** Reads an object and what is around it. @throws what reading the object throws. */
export async function objectFacts(connection: Connection, located: Located, signal: AbortSignal): Promise<ObjectFacts> {
  const { resource, namespace, name } = located;
  const live = await readObject(connection.client, resource, namespace, name, signal);
  const lookup = new Lookup(connection, signal);
  const [diagnosis, owners, columns, related, events, usage, revisions] = await Promise.all([
    diagnose(live, resource, lookup),
    ownerChain(live, lookup),
    columnsOf(connection, located, signal),
    partOf(signal, async () => (hasRelated(resource) ? relatedTo(connection, located, signal) : [])),
    partOf(signal, () => eventsOf(connection, located, signal)),
    partOf(signal, () => objectUsage(connection, resource, live, signal)),
    partOf(signal, async () =>
      canDo('rollout', resource) ? revisionsOf(connection.client, resource, live, signal) : [],
    ),
  ]);
  const limits = limitsOf(lookup).map(told);
  const { resources: served } = await connection.discovery.kinds();
  const isNotItself = (mention: Mention) => mention.name !== name || mention.resource.kind !== resource.kind;
  const mentions = (text: string) => mentionsIn(text, served).filter(isNotItself);
  const exists = await existing(
    diagnosis.findings.flatMap(({ message }) => mentions(told(message))),
    namespace,
    lookup,
  );
  const object = redact(live);
  return {
    ...{ connection, resource, object, columns, diagnosis, limits, owners, related, events, usage, revisions },
    mentionsIn: (text) => mentions(text).filter(exists),
    uses: usesOf(object, namespace, served),
    changes: changesOf(live, resource.kind, 0).sort((a, b) => b.time - a.time),
  };
}

// What is printed of every kind, also of those that nobody here knows.
async function columnsOf(
  { client }: Connection,
  { resource, namespace, name }: Located,
  signal: AbortSignal,
): Promise<ObjectFacts['columns']> {
  const part = await partOf(signal, () =>
    client.json<ServerTable>({ path: pathOf(resource, namespace, name), accept: TABLE_TYPE, signal }),
  );
  if (!('value' in part) || part.value.kind !== 'Table') return [];
  const { columnDefinitions, rows } = part.value;
  const cells = rows[0]?.cells ?? [];
  return columnDefinitions
    .map(({ name: column }, index) => ({ name: column, text: cellText(cells[index]) }))
    .filter(({ name: column, text }) => column !== 'Name' && text !== '-' && text !== '<none>');
}

function usesOf(
  object: KubernetesObject,
  namespace: string | undefined,
  served: readonly ApiResource[],
): NamedObject[] {
  const { metadata: _, status: _status, data: _data, binaryData: _binary, ...rest } = object;
  const text = toYaml(rest);
  if (text.length > MAX_SPEC_LENGTH) return [];
  const named = referencesIn(text).objects.flatMap(({ kind, apiVersion, namespace: own, name }): NamedObject[] => {
    const resource = served.find((one) =>
      apiVersion === undefined
        ? resourceNameOf(one) === kind || `${one.kind}${one.group === '' ? '' : `.${one.group}`}` === kind
        : one.kind === kind && [one.group, one.version].filter(Boolean).join('/') === apiVersion,
    );
    if (!resource) return [];
    return [{ kind: resource.kind, resource, namespace: resource.namespaced ? (own ?? namespace) : undefined, name }];
  });
  return [...new Map(named.map((one) => [`${one.kind}/${one.namespace}/${one.name}`, one])).values()];
}
