import { apiVersionOf } from '../apimachinery/api-resource.ts';
import { isApiError, UserError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { withoutServersMetadata } from '../apimachinery/servers-metadata.ts';
import { Slots } from '../apimachinery/slots.ts';
import { writeError } from '../client/not-found.ts';
import { readManifests } from '../text/reading.ts';
import { restoreRedacted } from '../text/redact.ts';
import { inApplyOrder } from './apply-order.ts';
import { ApplySet, type Stray } from './apply-set.ts';
import { BatchReview, type Participant } from './batch-review.ts';
import { isAsSubmitted, withoutTrial } from './creation.ts';
import { danger } from './danger.ts';
import { deleteObject } from './deletion.ts';
import type { Dependents } from './deletion-consequences.ts';
import {
  awaitEstablished,
  awaitServiceAccount,
  type DefinedKinds,
  definedKinds,
  isDefinition,
  isNamespace,
} from './dependencies.ts';
import { refuseEmptied } from './nulls.ts';
import { type ObjectProblem, ObjectsError } from './object-problems.ts';
import { sendWrite, type Update } from './planned-update.ts';
import { type Ending, NotTriedError, type Part, writeSeveral } from './several.ts';
import { changeOf, describeTarget, type Target, targetOf, targetPath, withoutReport } from './target.ts';
import { applyFields, applyWrite, withoutBookkeeping } from './update.ts';
import type { Writer } from './writer.ts';

const MAX_AT_ONCE = 10;

export interface ManifestOptions {
  /** For documents that name none. */
  namespace?: string | undefined;
  force: boolean;
  dryRun: boolean;
  /** The set that the objects form; its members that are not in the manifest are deleted. */
  applySet?: string | undefined;
  progress(message: string): void;
}

/** What became of one object, or would become of it. */
export interface Applied {
  target: Target;
  /** `waits`: it can be tried only once another object of the manifest exists. */
  state: 'created' | 'changed' | 'unchanged' | 'deleted' | 'waits';
  before?: KubernetesObject | undefined;
  after?: KubernetesObject | undefined;
  /** The parts the caller named, with markers for redacted values left alone. */
  submitted?: unknown;
  notes: readonly string[];
}

/** A document of the manifest, with its place in the cluster. */
interface Document {
  object: KubernetesObject;
  target: Target & { name: string };
  live: KubernetesObject | undefined;
  /** Does the same manifest define its kind, and the cluster not serve it yet? */
  isDefined: boolean;
}

/**
 * Makes each object of a manifest what the manifest says, by server-side apply, in the order of their dependencies and
 * under one review. After a failure nothing else is written.
 * @throws ObjectsError when nothing was written.
 */
export async function applyManifest(
  manifest: string,
  options: ManifestOptions,
  writer: Writer,
): Promise<Ending<Applied>[]> {
  const { namespace, applySet } = options;
  const set =
    applySet === undefined
      ? undefined
      : await ApplySet.read(applySet, namespace || writer.connection.namespace, writer);
  const objects = (await readManifests(manifest)).map((object) => set?.asMember(object) ?? object);
  if (objects.length === 0) throw new UserError('The manifest holds no object.');
  const documents = await locateAll(objects, namespace, writer);
  refuseTwice(documents);
  for (const { live } of documents) if (live) set?.refuseOther(live);
  const targets = documents.map(({ target }) => target);
  const strays = (await set?.strays(targets, writer)) ?? [];
  const parent = set && (await locateAll([set.parentOf(targets, strays)], namespace, writer));
  return new ManifestApply([...inApplyOrder([...(parent ?? []), ...documents])], strays, options, writer).run();
}

async function locateAll(
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
  writer: Writer,
): Promise<Document[]> {
  const defined = await definedKinds(objects, writer.connection.discovery);
  const slots = new Slots(MAX_AT_ONCE);
  const problems: ObjectProblem[] = [];
  const found = await Promise.all(
    objects.map(async (given, index) => {
      const release = await slots.take();
      try {
        return await located(
          withoutNullAnnotations(withoutServersMetadata(withoutBookkeeping(given))),
          defined,
          namespace,
          writer,
        );
      } catch (error) {
        problems.push({ what: `${given.kind} "${given.metadata?.name ?? index + 1}"`, object: given, error });
        return [];
      } finally {
        release();
      }
    }),
  );
  if (problems.length > 0) throw new ObjectsError(problems, { head: 'Nothing was changed.' });
  return found.flat();
}

// Templates often leave the annotations empty, and those of controllers stay in any case.
function withoutNullAnnotations(object: KubernetesObject): KubernetesObject {
  const { annotations, ...metadata } = object.metadata ?? {};
  return (annotations ?? undefined) === undefined ? { ...object, metadata } : object;
}

async function located(
  given: KubernetesObject,
  defined: DefinedKinds,
  namespace: string | undefined,
  writer: Writer,
): Promise<Document> {
  const { connection } = writer;
  const own = defined(given);
  const target = await targetOf(given, namespace, connection, own);
  const { name } = target;
  if (name === undefined) throw new UserError('It has no metadata.name, by which apply finds the object.');
  const object = withoutReport(target, target.object);
  const document = { object, target: { ...target, name, object }, isDefined: own !== undefined };
  return { ...document, live: document.isDefined ? undefined : await liveOf(document.target, writer) };
}

function refuseTwice(documents: readonly Document[]): void {
  const seen = new Set<string>();
  for (const { target } of documents) {
    const what = describeTarget(target);
    if (seen.has(what)) throw new UserError(`The manifest holds ${what} twice.`);
    seen.add(what);
  }
}

/** One application of a manifest. */
class ManifestApply {
  readonly #documents: readonly Document[];
  readonly #strays: readonly Stray[];
  readonly #options: ManifestOptions;
  readonly #writer: Writer;
  /** The second review, of what could not be tried before the first. */
  readonly #later: BatchReview;
  /** Whether each namespace and definition was written. */
  readonly #bases = new Map<Document, PromiseWithResolvers<boolean>>();
  readonly #read: Dependents = new Map();
  #ready: Promise<void> | undefined;

  constructor(documents: readonly Document[], strays: readonly Stray[], options: ManifestOptions, writer: Writer) {
    this.#documents = documents;
    this.#strays = strays;
    this.#options = options;
    this.#writer = writer;
    this.#later = new BatchReview((changes, how) => writer.review(changes, how));
  }

  run(): Promise<Ending<Applied>[]> {
    const parts = [
      ...this.#documents.map((document) => this.#part(document)),
      ...inApplyOrder(this.#strays.map(strayTarget))
        .toReversed()
        .map((target) => this.#deletion(target)),
    ];
    return writeSeveral(parts, this.#writer, { progress: this.#options.progress, inOrder: true });
  }

  #part(document: Document): Part<Applied> {
    const { object, target } = document;
    const part = (write: Part<Applied>['write']): Part<Applied> => ({ what: describeTarget(target), object, write });
    if (this.#isDependent(document)) {
      const participant = this.#later.join();
      return part((writer) =>
        this.#applyLater(document, writer, participant).catch((error: unknown) => {
          participant.leave(true);
          throw error;
        }),
      );
    }
    if (!isNamespace(object) && !isDefinition(object)) return part((writer) => this.#apply(document, writer));
    const base = Promise.withResolvers<boolean>();
    this.#bases.set(document, base);
    return part(async (writer) => {
      try {
        const applied = await this.#apply(document, writer);
        base.resolve(true);
        return applied;
      } finally {
        base.resolve(false);
      }
    });
  }

  #deletion(target: Target & { name: string }): Part<Applied> {
    const { resource, namespace, name, object } = target;
    const named = { kind: resource.kind, apiVersion: object.apiVersion, namespace, name };
    const options = { propagationPolicy: 'Background', dryRun: this.#options.dryRun } as const;
    return {
      what: describeTarget(target),
      object,
      write: async (writer) => {
        const { before } = await deleteObject(named, options, writer, this.#read);
        return { target, state: 'deleted', before, notes: [] };
      },
    };
  }

  /** Does it need a namespace or kind that this manifest makes? */
  #isDependent({ target, isDefined }: Document): boolean {
    const isItsNew = ({ object, live }: Document) =>
      live === undefined && isNamespace(object) && object.metadata?.name === target.namespace;
    return isDefined || this.#documents.some(isItsNew);
  }

  #apply(document: Document, writer: Writer): Promise<Applied> {
    return document.live === undefined ? this.#create(document, writer) : this.#change(document, document.live, writer);
  }

  async #change({ target }: Document, live: KubernetesObject, writer: Writer): Promise<Applied> {
    const update = { ...this.#update(target, writer), dryRun: this.#options.dryRun };
    const { before, after, submitted, notes } = await applyFields(update, live, target.object, 'manifest');
    return { target, state: after ? 'changed' : 'unchanged', before, after, submitted, notes };
  }

  async #create({ target }: Document, writer: Writer): Promise<Applied> {
    const update = this.#update(target, writer);
    const write = this.#creation(target, writer);
    const tried = await sendWrite(update, write, true).catch(async (error: unknown) => {
      throw await writeError(error, writer.connection.client, target.namespace, writer.signal);
    });
    refuseEmptied(target.object, undefined, tried.object);
    const after = withoutTrial(target, tried.object);
    const change = changeOf(target, writer.connection, 'create', {
      after,
      sent: target.object,
      submitted: target.object,
    });
    await writer.review([change], this.#how);
    if (this.#options.dryRun) return { target, state: 'created', notes: tried.warnings };
    const done = await writer.write(
      change,
      async () => {
        await refuseExisting(update);
        return sendWrite(update, write, false);
      },
      ({ object }) => object,
    );
    return { target, state: 'created', after: done.object, notes: done.warnings };
  }

  /** The user sees it as submitted in the first review, and as tried in the second. */
  async #applyLater({ target, object }: Document, writer: Writer, later: Participant): Promise<Applied> {
    // Refusing it only after others were written would leave them behind.
    this.#creation(target, writer);
    const consequences = [danger('notTried')];
    const untried = { after: target.object, sent: target.object, submitted: target.object, consequences };
    await writer.review([changeOf(target, writer.connection, 'create', untried)], this.#how);
    if (this.#options.dryRun) return { target, state: 'waits', notes: [] };
    this.#ready ??= this.#awaitBases();
    await this.#ready;
    const document = await located(object, () => undefined, this.#options.namespace, writer);
    const again = later.through(writer);
    const review: Writer['review'] = async (changes, how) => {
      if (changes.every(isAsSubmitted)) later.leave(false);
      else await again.review(changes, how);
    };
    const applied = await this.#apply(document, { ...again, review });
    later.leave(false);
    return applied;
  }

  get #how(): 'dry run' | undefined {
    return this.#options.dryRun ? 'dry run' : undefined;
  }

  #update(target: Target & { name: string }, writer: Writer): Update {
    return { target, name: target.name, dryRun: false, force: this.#options.force, writer };
  }

  /** @throws when creating the object is not permitted, or it holds markers. */
  #creation(target: Target, { connection }: Writer) {
    connection.client.assertPermitted({ method: 'POST', path: targetPath(target), names: target.resource });
    return applyWrite(restoreRedacted(target.object, undefined), false);
  }

  async #awaitBases(): Promise<void> {
    const written = await Promise.all([...this.#bases.values()].map(({ promise }) => promise));
    if (written.includes(false)) throw new NotTriedError('It was not tried.');
    const { client, discovery } = this.#writer.connection;
    const { signal } = this.#writer;
    const objects = [...this.#bases.keys()].map(({ object }) => object);
    const definitions = objects.filter(isDefinition);
    await Promise.all(definitions.map((definition) => awaitEstablished(client, definition, signal)));
    if (definitions.length > 0) await discovery.kinds(true);
    if (!this.#documents.some(({ object }) => object.kind === 'Pod')) return;
    const namespaces = objects.filter(isNamespace).map(({ metadata }) => metadata?.name ?? '');
    await Promise.all(namespaces.map((namespace) => awaitServiceAccount(client, namespace, signal)));
  }
}

function strayTarget({ resource, namespace, name }: Stray): Target & { name: string } {
  const { kind } = resource;
  return {
    resource,
    namespace,
    name,
    object: { apiVersion: apiVersionOf(resource), kind, metadata: { name, namespace } },
  };
}

// An apply would change an object that somebody has created since the review.
async function refuseExisting(update: Update): Promise<void> {
  const { target, name, writer } = update;
  if (await liveOf({ ...target, name }, writer))
    throw new UserError(`${describeTarget(target)} was created by somebody else meanwhile: apply it again.`);
}

async function liveOf(
  target: Target & { name: string },
  { connection, signal }: Writer,
): Promise<KubernetesObject | undefined> {
  try {
    return await connection.client.json<KubernetesObject>({ path: targetPath(target, target.name), signal });
  } catch (error) {
    if (isApiError(error, 404)) return undefined;
    throw error;
  }
}
