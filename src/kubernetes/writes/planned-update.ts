import { setTimeout as delay } from 'node:timers/promises';
import { type ApiError, isApiError, RefusedError, UserError } from '../apimachinery/errors.ts';
import { fieldConflicts } from '../apimachinery/field-ownership.ts';
import { deepEqual, type KubernetesObject } from '../apimachinery/objects.ts';
import { textsOf } from '../apimachinery/texts.ts';
import { notFoundError } from '../client/not-found.ts';
import { comparable } from '../text/diff.ts';
import { redact, redactedValues } from '../text/redact.ts';
import { RedactedValues } from '../text/redacted-values.ts';
import type { Change } from './change.ts';
import { sidesWithoutIdleStatus } from './decided-content.ts';
import { hasForgedOwners, lostFields, ownersAdvice, ownerText } from './field-owners.ts';
import { Guesses } from './guesses.ts';
import { refuseEmptied } from './nulls.ts';
import { changeOf, describeTarget, type Target, targetPath, WRITE_QUERY, warningsOf } from './target.ts';
import type { Writer } from './writer.ts';

/** Attempts at an update whose object keeps changing, and the pause between them in milliseconds. */
const ATTEMPTS = 12;
const PAUSE_MS = 20;

/** An update in progress. */
export interface Update {
  target: Target;
  name: string;
  /** The subresource written, such as `scale`; by default the whole object. */
  subresource?: string | undefined;
  /** The object the subresource belongs to, where it is not the one written. */
  parent?: KubernetesObject | undefined;
  dryRun: boolean;
  force: boolean;
  writer: Writer;
  /** The written content comes from the cluster or from us, not from the caller. */
  isOwn?: true;
  /** The writer's input, where something else is written; by default the patch or manifest. */
  submitted?: unknown;
  /** What the user has approved, in case it has to be planned again. */
  approved?: Change;
}

/** The object before and after; no `after` when there was nothing to change. */
export interface Outcome {
  before: KubernetesObject;
  after: KubernetesObject | undefined;
  notes: string[];
  /** The parts the caller named, with markers for redacted values left alone. */
  submitted?: unknown;
}

/** One write request. */
export interface Write {
  method: 'PUT' | 'PATCH';
  body: unknown;
  contentType?: string;
  query?: Record<string, string | boolean>;
  /** The object that is meant, where no version in the body says so. */
  uid?: string | undefined;
}

/** The live object. @throws UserError with what exists instead: an update never creates. */
export async function readLive({ target, name, subresource, writer }: Update): Promise<KubernetesObject> {
  const {
    connection: { client },
    signal,
  } = writer;
  try {
    return await client.json<KubernetesObject>({ path: targetPath(target, name, subresource), signal });
  } catch (error) {
    if (!isApiError(error, 404)) throw error;
    const missing = await notFoundError(client, target.resource, target.namespace, name, signal);
    throw new UserError(missing.message, 'create the object');
  }
}

/** What was submitted, and the write it becomes. */
export interface Submission<Content> {
  /** The parts of the object it names, with markers for redacted values left alone. */
  content: Content;
  /** As the caller sent it. */
  given: unknown;
  write(content: Content): Write;
}

/** Dry run, comparison, and only then the write. */
export async function plan<Content>(
  update: Update,
  before: KubernetesObject,
  { content, given, write }: Submission<Content>,
  { notes = [], check }: { notes?: string[]; check?: (after: KubernetesObject) => void } = {},
): Promise<Outcome> {
  const guesses = update.isOwn ? undefined : new Guesses(before);
  const blind = guesses?.hiddenFrom(content) ?? content;
  const tried = await sendWrite(update, write(blind), true);
  const planned = blind === content ? tried : { ...tried, object: guesses?.restoredIn(tried.object) ?? tried.object };
  // Before anyone reads the result, also for a dry run.
  if (isRevealing(before, planned.object, given))
    throw new UserError(
      `${describeTarget(update.target)} was not changed: a value that is redacted now would be readable afterwards. Secret values stay where they are; the user can move them.`,
    );
  refuseEmptied(content, before, planned.object);
  check?.(planned.object);
  // Do not tell whether a redacted value is as submitted: it is written, and the answer is the same.
  const named = guesses && { submitted: content };
  const { target, subresource, parent, submitted = given, writer } = update;
  const change = changeOf(target, writer.connection, 'update', {
    before,
    after: planned.object,
    tried: tried.object,
    subresource,
    parent,
    submitted,
  });
  if (!guesses?.areIn(content) && deepEqual(comparable(before), comparable(planned.object))) {
    await writer.unchanged(change);
    return { before, after: undefined, notes: planned.warnings };
  }
  // Forged field owners are left to the judge.
  if (!update.force && !hasForgedOwners(before, tried.object)) refuseForeign(update, before, tried.object);
  if (update.dryRun) {
    await writer.review([change], 'dry run');
    return { before, after: planned.object, notes: [...notes, ...planned.warnings], ...named };
  }
  // The user approves the change, not the version: controllers write the status while the user reads.
  if (!update.approved || !isSameChange(update.approved, change)) await writer.review([change]);
  update.approved = change;
  const done = await writer.write(
    change,
    () => sendWrite(update, write(content), false),
    ({ object }) => object,
  );
  return { before, after: done.object, notes: [...notes, ...done.warnings], ...named };
}

/**
 * True when a value redacted in `before`, or part of it, would be readable in `after`: copied elsewhere, its variable
 * renamed, or the mark removed that identifies it. Values in `given` are known to the caller, right or wrong.
 */
function isRevealing(before: KubernetesObject, after: KubernetesObject, given: unknown): boolean {
  const values = new RedactedValues();
  values.add(before, true);
  if (values.isEmpty) return false;
  const known = textsOf(given);
  const shown = new Map<string, number>();
  for (const text of textsOf(redact(before))) shown.set(text, (shown.get(text) ?? 0) + 1);
  const added = textsOf(redact(after)).filter((text) => {
    const left = shown.get(text) ?? 0;
    shown.set(text, left - 1);
    return left <= 0;
  });
  // Whole values count even if they are ordinary words.
  const whole = new Set(redactedValues(before).filter((value) => !known.some((text) => text.includes(value))));
  return added.some((text) => whole.has(text)) || values.isIn(added.join('\n\n'), () => known);
}

function refuseForeign({ target, subresource }: Update, before: KubernetesObject, after: KubernetesObject): void {
  const lost = lostFields(before, after, subresource);
  if (lost.length > 0)
    throw ownedByOthers(
      target,
      lost.map(ownerText),
      lost.map(({ owner }) => owner),
    );
}

function isSameChange(a: Change, b: Change): boolean {
  return deepEqual(sidesWithoutIdleStatus(a), sidesWithoutIdleStatus(b));
}

/** Sends one write or dry run, and collects the warnings. */
export async function sendWrite(
  { target, name, subresource, writer }: Pick<Update, 'target' | 'name' | 'subresource' | 'writer'>,
  { query, ...write }: Write,
  dryRun: boolean,
): Promise<{ object: KubernetesObject; warnings: string[] }> {
  const {
    connection: { client },
    signal,
  } = writer;
  const { body, headers } = await client.answer<KubernetesObject>({
    ...write,
    path: targetPath(target, name, subresource),
    query: { ...WRITE_QUERY, ...query, dryRun: dryRun ? 'All' : undefined },
    signal,
  });
  return { object: body, warnings: warningsOf(headers) };
}

// Controllers change objects all the time, so a write that is still valid is planned again on the newest object.
export async function withFreshObject(
  update: Update,
  live: KubernetesObject,
  attempt: (current: KubernetesObject) => Promise<Outcome>,
): Promise<Outcome> {
  let current = live;
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt(current);
    } catch (error) {
      if (!isApiError(error, 409) || !isVersionConflict(error) || left === 0) throw error;
      await delay(PAUSE_MS * (ATTEMPTS - left), undefined, { signal: update.writer.signal });
      current = await readLive(update);
    }
  }
}

function isVersionConflict({ reason, causes }: ApiError): boolean {
  return reason === 'Conflict' && fieldConflicts(causes).length === 0;
}

export function ownedByOthers(target: Target, fields: readonly string[], owners: readonly string[]): RefusedError {
  const advice = ownersAdvice(owners);
  return new RefusedError(
    `${describeTarget(target)} was not changed: ${fields.join(', ')}.${advice ? ` ${advice}` : ''} force: true takes the field over all the same.`,
  );
}
