import { age } from '../apimachinery/age.ts';
import { resourceNameOf } from '../apimachinery/api-resource.ts';
import { RefusedError } from '../apimachinery/errors.ts';
import { type FieldPath, valueAt } from '../apimachinery/field-path.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { driftOf } from '../helm/drift.ts';
import type { FoundRelease } from '../helm/find-release.ts';
import { type LiveObject, liveObjects, notReadyText, type UnreadObject } from '../helm/not-ready.ts';
import type { Release } from '../helm/release.ts';
import { objectsOf, witness } from '../helm/release-objects.ts';
import type { ReleaseStorage, StoredRevision } from '../helm/release-storage.ts';
import { redactText } from '../text/redact-text.ts';
import { bounded, digest, LEVELS } from './digest.ts';
import { cause, type Finding, ranked, risk, someOf, symptom } from './facts/finding.ts';
import { unreadableReason } from './facts/lookup.ts';
import { say } from './facts/message.ts';

/** The annotation with which Helm marks the objects of a release. */
const OWNER = 'meta.helm.sh/release-name';
const MAX_DIAGNOSED = 2;
const MAX_DIGEST = 1_500;
const MAX_DRIFT = 8;
/** Of the unread objects with the same reason. */
const MAX_UNREAD = 8;
const MAX_OBJECTS = 200;

/** The likely problems of a release, with the evidence, as lines of text; credentials redacted. */
export async function releaseDigest(
  connection: Connection,
  found: FoundRelease,
  storage: ReleaseStorage,
  signal: AbortSignal,
): Promise<string> {
  const [newest] = found.revisions;
  const release = await storage.read(newest);
  await witness(connection.client, release);
  const worked = found.revisions.slice(1).find(({ status }) => status === 'superseded' || status === 'deployed');
  const { objects } = await objectsOf(release);
  const { live, unread } = await liveObjects(objects.slice(0, MAX_OBJECTS), found.namespace, connection, signal);
  signal.throwIfAborted();
  const waiting = live.filter(({ detail }) => detail !== undefined);
  const findings = ranked([
    ...statusFindings(release, newest, worked),
    ...waiting.map((one) => (one.object ? symptom : cause)(say`${notReadyText(one)}`)),
    ...live.flatMap((one) => foreignOwner(one, release)),
    ...(await hookFindings(release)),
  ]);
  const drift = live.flatMap(driftLines);
  const reasons = await Promise.all(
    waiting.slice(0, MAX_DIAGNOSED).map(async ({ resource, object }) => {
      const text = object ? await digest(connection, resource, object, signal) : '';
      return text.slice(0, MAX_DIGEST);
    }),
  );
  const { chart, revision, status } = release;
  const lines = [
    `Helm release ${found.namespace}/${release.name}: ${status}, revision ${revision}, chart ${chart.name}-${chart.version}, ${age(newest.modified)} ago`,
    ...(findings.length > 0
      ? findings.map(({ level, message }) => `${LEVELS[level]}: ${message}`)
      : [
          unread.length > 0 || objects.length > MAX_OBJECTS
            ? 'Nothing wrong found in what could be looked at.'
            : 'Healthy: nothing wrong found.',
        ]),
    ...(drift.length > 0 ? ['Live otherwise than in the manifest:', ...drift.slice(0, MAX_DRIFT)] : []),
    ...(drift.length > MAX_DRIFT ? [`and ${drift.length - MAX_DRIFT} more`] : []),
    ...(objects.length > MAX_OBJECTS
      ? [`Only the first ${MAX_OBJECTS} of ${objects.length} objects were looked at.`]
      : []),
    ...unreadLines(unread),
  ];
  return redactText([...lines.map(bounded), ...reasons.filter(Boolean)].join('\n'));
}

function statusFindings(release: Release, { modified }: StoredRevision, worked: StoredRevision | undefined): Finding[] {
  const { status, description } = release;
  const back = worked ? say` Revision ${worked.revision} was the last that worked.` : '';
  if (status === 'failed')
    return [symptom(say`its last operation failed: ${description || say`Helm does not say why`}.${back}`)];
  if (status.startsWith('pending-'))
    return [
      cause(
        say`it is ${status} since ${age(modified)}: the operation is under way, or was interrupted and holds a lock that only a rollback or an uninstallation ends.${back}`,
      ),
    ];
  if (status === 'uninstalling')
    return [
      cause(
        say`it is being uninstalled since ${age(modified)}: under way, or interrupted; uninstalling again goes on.`,
      ),
    ];
  if (status === 'uninstalled') return [risk(say`it is uninstalled, and only its history is kept.`)];
  return [];
}

function foreignOwner({ object, resource, name }: LiveObject, release: Release): Finding[] {
  const owner = object?.metadata?.annotations?.[OWNER];
  return owner === undefined || owner === release.name
    ? []
    : [cause(say`${resource.kind} ${name} belongs to release ${owner}, not to this one.`)];
}

async function hookFindings({ hooks }: Release): Promise<Finding[]> {
  return hooks
    .filter(({ phase }) => phase === 'Failed')
    .map(({ kind, name }) => cause(say`its hook ${kind} ${name} failed.`));
}

/** What is not known, by its reason. As in what is shown of its manifest, objects that are closed here have no names. */
function unreadLines(unread: readonly UnreadObject[]): string[] {
  const closed = unread.filter(({ cause }) => cause instanceof RefusedError);
  const counts = [...Map.groupBy(closed, ({ kind }) => kind)].map(([kind, of]) => `${kind} (${of.length})`);
  const others = unread.filter((one) => !closed.includes(one));
  const reasons = Map.groupBy(others, ({ cause }) => unreadableReason(cause));
  return [
    ...(counts.length > 0 ? [`Not permitted by this server, so not considered: ${counts.join(', ')}`] : []),
    ...[...reasons].map(([reason, of]) => {
      const names = someOf(
        of.map(({ kind, name }) => `${kind} ${name}`),
        MAX_UNREAD,
      );
      return reason === ''
        ? `Not readable for this user, so not considered: ${names}`
        : `Not readable, so not considered: ${names} (${reason})`;
    }),
  ];
}

function driftLines({ manifest, object, resource, name }: LiveObject): string[] {
  if (!object) return [];
  return driftOf(manifest, object).map(({ path, steps, manifest: own, live }) => {
    const who = lastWriter(object, steps);
    return `  ${resourceNameOf(resource)} ${name} ${path}: ${own} in the manifest, ${live} live${who ? ` (by ${who})` : ''}`;
  });
}

// Of a field of a list it is the whole object's that is known.
function lastWriter({ metadata }: KubernetesObject, path: FieldPath): string | undefined {
  if (!path.every((step) => typeof step === 'string')) return undefined;
  const names = path.map((step) => `f:${step}`);
  const owner = (metadata?.managedFields ?? []).find(
    ({ manager, fieldsV1 }) => manager !== 'helm' && valueAt(fieldsV1, names) !== undefined,
  );
  return owner?.manager;
}
