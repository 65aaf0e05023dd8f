import type { WriteAccess } from '../../kubernetes/apimachinery/access.ts';
import { errorText } from '../../kubernetes/apimachinery/error-text.ts';
import { RefusedError } from '../../kubernetes/apimachinery/errors.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { readManifests } from '../../kubernetes/text/reading.ts';
import { failedOutcome, type JournalEntry, journalEntry } from '../../kubernetes/writes/journal.ts';
import type { JournaledWriter } from '../../kubernetes/writes/journaled-writer.ts';
import { ObjectsError } from '../../kubernetes/writes/object-problems.ts';

/** The longest name in Kubernetes, in characters. */
export const MAX_NAME_LENGTH = 253;

interface FailedCall {
  tool: string;
  access: WriteAccess;
  args: unknown;
  error: unknown;
  /** Undefined for a call that failed before it got one. */
  writer: JournaledWriter | undefined;
}

/**
 * The journal entry of a call that failed before there was a change to record: its arguments say what was attempted.
 * Undefined where the writer has recorded the failure.
 */
export async function failedAttempt(call: FailedCall): Promise<JournalEntry | undefined> {
  const { tool, access, args, error, writer } = call;
  const problems = error instanceof ObjectsError ? error.problems : [];
  const fresh = problems.find((problem) => !writer?.hasRecorded(problem.error));
  if (writer?.hasRecorded(error) || (problems.length > 0 && !fresh)) return undefined;
  const given = isObject(args) ? args : {};
  const object = fresh ? shortened(fresh.object) : await attempted(given);
  const change = {
    access,
    context: writer?.connection.context.name ?? textIn(given, 'context') ?? '',
    apiVersion: object.apiVersion ?? textIn(given, 'apiVersion') ?? '',
    kind: object.kind || textIn(given, 'kind') || tool,
    namespace: object.metadata?.namespace ?? textIn(given, 'namespace'),
    name: object.metadata?.name ?? textIn(given, 'name'),
    subresource: textIn(given, 'subresource'),
  };
  const outcome = isRefused(error) ? 'refused' : failedOutcome(error);
  return journalEntry(change, 'agent', outcome, errorText(error));
}

/** Refused by the policy; for several objects, one refusal is enough. */
export function isRefused(error: unknown): boolean {
  if (error instanceof ObjectsError) return error.problems.some((problem) => isRefused(problem.error));
  return error instanceof RefusedError;
}

/** A manifest as text, whatever its form. */
export function manifestText(manifest: unknown): string {
  return typeof manifest === 'string' ? manifest : (JSON.stringify(manifest) ?? '');
}

/** The first object of a call's manifest, as far as it can be parsed. */
async function attempted({ manifest }: JsonObject): Promise<KubernetesObject> {
  try {
    const given = { kind: '', apiVersion: '' };
    const [object = {}] = manifest === undefined ? [] : await readManifests(manifestText(manifest), given);
    return shortened(object);
  } catch {
    // An unparseable manifest still counts as an attempt.
    return {};
  }
}

// These fields come from a model, unvalidated.
function shortened({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  const given: JsonObject = {
    apiVersion: apiVersion || undefined,
    kind,
    name: metadata?.name,
    namespace: metadata?.namespace,
  };
  const [version, of, name, namespace] = ['apiVersion', 'kind', 'name', 'namespace'].map((key) => textIn(given, key));
  return {
    ...(version !== undefined && { apiVersion: version }),
    ...(of !== undefined && { kind: of }),
    metadata: { ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) },
  };
}

function textIn(args: JsonObject, key: string): string | undefined {
  const value = args[key];
  return typeof value === 'string' ? value.slice(0, MAX_NAME_LENGTH) : undefined;
}
