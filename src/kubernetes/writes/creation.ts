import { resourceNameOf } from '../apimachinery/api-resource.ts';
import { isOutcomeUnknown, RejectedError, UserError } from '../apimachinery/errors.ts';
import { deepEqual, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { writeError } from '../client/not-found.ts';
import type { ApiRequest } from '../client/request.ts';
import { comparable } from '../text/diff.ts';
import { readManifests } from '../text/reading.ts';
import { redact, restoreRedacted } from '../text/redact.ts';
import type { Change } from './change.ts';
import { type Danger, danger } from './danger.ts';
import {
  awaitEstablished,
  awaitServiceAccount,
  type DefinedKinds,
  definedKinds,
  isDefinition,
  isNamespace,
} from './dependencies.ts';
import { CreationError, type ObjectProblem } from './object-problems.ts';
import { changeOf, describeTarget, type Target, targetOf, targetPath, WRITE_QUERY, warningsOf } from './target.ts';
import { describeTargets } from './target-list.ts';
import { withoutBookkeeping } from './update.ts';
import type { Writer } from './writer.ts';

/** Creates the objects of a manifest, dependencies first. */
export class Creation {
  readonly #objects: KubernetesObject[];
  readonly #namespace: string | undefined;
  readonly #writer: Writer;
  readonly #connection: Connection;
  readonly #consequences: readonly Danger[];
  #defined: DefinedKinds = () => undefined;
  #validated: Target[] = [];
  /** Can be validated only once a namespace or definition of the same manifest exists. */
  #dependent: Target[] = [];
  readonly #done: Done[] = [];
  readonly #sources = new Map<Target, KubernetesObject>();
  /** The objects as the dry run returned them. */
  readonly #results = new Map<Target, KubernetesObject>();
  readonly #created = new Set<KubernetesObject>();
  #warnings = new Set<string>();

  /**
   * @param consequences what the manifest does not show.
   * @throws UserError for an invalid or empty manifest.
   */
  static async of(
    manifest: string,
    namespace: string | undefined,
    writer: Writer,
    consequences: readonly Danger[] = [],
  ): Promise<Creation> {
    const objects = (await readManifests(manifest)).map((object) =>
      withoutBookkeeping(restoreRedacted(object, undefined)),
    );
    if (objects.length === 0) throw new UserError('The manifest holds no object.');
    return new Creation(objects, namespace, writer, consequences);
  }

  /** The same for objects already parsed, without markers. */
  static ofObjects(objects: readonly KubernetesObject[], writer: Writer): Creation {
    return new Creation([...objects], undefined, writer, []);
  }

  private constructor(
    objects: KubernetesObject[],
    namespace: string | undefined,
    writer: Writer,
    consequences: readonly Danger[],
  ) {
    this.#objects = [...objects].sort((a, b) => rank(a) - rank(b));
    this.#namespace = namespace;
    this.#writer = writer;
    this.#connection = writer.connection;
    this.#consequences = consequences;
  }

  /** Dry-runs every object that depends on no other of the manifest, and checks the others against the policy. */
  async validate(): Promise<void> {
    this.#defined = await definedKinds(this.#objects, this.#connection.discovery);
    const [dependent, independent] = partition(this.#objects, (object) => this.#dependsOnManifest(object));
    const [now, later] = await Promise.all([
      this.#try(independent, (target) => this.#post(target, true)),
      // Refusing these later would leave the objects created before them behind.
      this.#try(dependent, async (target) => {
        this.#connection.client.assertPermitted(postOf(target));
        return undefined;
      }),
    ]);
    refuse('Nothing was created.', [...now.problems, ...later.problems]);
    this.#validated = now.targets;
    this.#dependent = later.targets;
  }

  /** Has the planned objects judged, without asking the user. */
  async try(): Promise<void> {
    await this.#writer.review(this.#changes(), 'dry run');
  }

  /**
   * Creates everything. Dependent objects are validated as soon as what they need exists, before any of them is
   * created; then the user sees their dry run.
   */
  async create(): Promise<void> {
    await this.#writer.review(this.#changes());
    await this.#createAll(this.#validated);
    if (this.#dependent.length === 0) return;
    await this.#awaitDependencies();
    const { targets, problems } = await this.#try(
      this.#dependent.map((target) => this.#sourceOf(target)),
      (target) => this.#post(target, true),
    );
    const done = `Already created: ${this.#doneText()}. The rest was not.`;
    refuse(done, problems);
    // A user who has seen all of it, defaults included, is not asked again.
    const unseen = targets.map((target) => this.#change(target)).filter((change) => !isAsSubmitted(change));
    try {
      if (unseen.length > 0) await this.#writer.review(unseen);
    } catch (error) {
      throw error instanceof RejectedError ? new RejectedError(`${error.message} ${done}`) : error;
    }
    await this.#createAll(targets);
  }

  #changes(): Change[] {
    return [...this.#validated, ...this.#dependent].map((target) => this.#change(target));
  }

  /** Was this object, one of those given, created? */
  isCreated(object: KubernetesObject): boolean {
    return this.#created.has(object);
  }

  /** The outcome per object, one line each where they are few. */
  report(outcome: string): string {
    const lines =
      outcome === 'created'
        ? [
            ...describeTargets(this.#done.flatMap(({ target }) => target ?? [])),
            ...this.#done.flatMap(({ target, text }) => (target ? [] : text)),
          ]
        : describeTargets(this.#validated);
    const waiting =
      outcome === 'created'
        ? []
        : this.#dependent.map(
            (target) => `not validated, it needs an object of the same manifest first: ${describeTarget(target)}`,
          );
    const prefix = outcome === 'created' ? '' : 'Dry run, nothing was changed. ';
    return [
      `${prefix}In context ${this.#connection.context.name}:`,
      ...lines.map((line) => `${outcome}: ${line}`),
      ...waiting,
      ...this.#warnings,
    ].join('\n');
  }

  #dependsOnManifest(object: KubernetesObject): boolean {
    if (isNamespace(object) || isDefinition(object)) return false;
    const place = object.metadata?.namespace || this.#namespace || this.#connection.namespace;
    const isNew = this.#objects.some((other) => isNamespace(other) && other.metadata?.name === place);
    return isNew || this.#defined(object) !== undefined;
  }

  async #try(
    objects: readonly KubernetesObject[],
    check: (target: Target) => Promise<KubernetesObject | undefined>,
  ): Promise<{ targets: Target[]; problems: ObjectProblem[] }> {
    const outcomes = await Promise.all(
      objects.map(async (object, index) => {
        try {
          const target = await targetOf(object, this.#namespace, this.#connection, this.#defined(object));
          const result = await check(target);
          if (result) this.#results.set(target, result);
          this.#sources.set(target, object);
          return { target };
        } catch (error) {
          return { problem: { what: `${object.kind} "${object.metadata?.name ?? index + 1}"`, object, error } };
        }
      }),
    );
    return {
      targets: outcomes.flatMap(({ target }) => target ?? []),
      problems: outcomes.flatMap(({ problem }) => problem ?? []),
    };
  }

  #sourceOf(target: Target): KubernetesObject {
    return this.#sources.get(target) ?? target.object;
  }

  async #createAll(targets: readonly Target[]): Promise<void> {
    for (const target of targets) {
      const object = this.#sourceOf(target);
      try {
        const send = () => this.#post(target, false);
        const created = await this.#writer.write(this.#change(target), send, (object) => object);
        this.#done.push(doneOf(target, created));
        this.#created.add(object);
      } catch (error) {
        const what = describeTarget(target);
        const unknown = isOutcomeUnknown(error);
        const none = unknown ? 'Nothing else was created.' : 'Nothing was created.';
        const before = this.#done.length > 0 ? `Already created: ${this.#doneText()}.` : none;
        const said = unknown ? `It is not known whether ${what} was created` : `${what} was not created`;
        throw new CreationError([{ what: said, object, error }], { tail: `${before} Nothing after it was tried.` });
      }
    }
  }

  #doneText(): string {
    return this.#done.map(({ text }) => text).join('; ');
  }

  #change(target: Target): Change {
    const result = this.#results.get(target);
    const consequences = result ? this.#consequences : [...this.#consequences, danger('notTried')];
    const after = withoutTrial(target, result ?? target.object);
    return changeOf(target, this.#connection, 'create', {
      after,
      sent: target.object,
      submitted: target.object,
      consequences,
    });
  }

  async #post(target: Target, dryRun: boolean): Promise<KubernetesObject> {
    const { client } = this.#connection;
    const { signal } = this.#writer;
    const request = { ...postOf(target), query: { ...WRITE_QUERY, dryRun: dryRun ? 'All' : undefined }, signal };
    const { body, headers } = await client
      .answer<KubernetesObject>({ ...request, body: target.object })
      .catch(async (error: unknown) => {
        throw await writeError(error, client, target.namespace, signal);
      });
    for (const warning of warningsOf(headers)) this.#warnings.add(warning);
    return body;
  }

  async #awaitDependencies(): Promise<void> {
    const { client, discovery } = this.#connection;
    const definitions = this.#objects.filter(isDefinition);
    await Promise.all(definitions.map((definition) => awaitEstablished(client, definition, this.#writer.signal)));
    if (definitions.length > 0) await discovery.kinds(true);
    const namespaces = this.#objects.filter(isNamespace);
    const pods = this.#dependent.some(({ object }) => object.kind === 'Pod');
    if (pods)
      await Promise.all(
        namespaces.map(({ metadata }) => awaitServiceAccount(client, metadata?.name ?? '', this.#writer.signal)),
      );
  }
}

/** What was created, unless it is not stored. */
interface Done {
  target?: Target;
  text: string;
}

function refuse(consequence: string, problems: readonly ObjectProblem[]): void {
  if (problems.length > 0) throw new CreationError(problems, { head: consequence });
}

function postOf(target: Target): Pick<ApiRequest, 'method' | 'path' | 'names'> {
  return { method: 'POST', path: targetPath(target), names: target.resource };
}

/** The result of a dry run, without values that the creation generates anew. */
export function withoutTrial({ name }: Target, result: KubernetesObject): KubernetesObject {
  const { uid: _, creationTimestamp: _time, ...metadata } = result.metadata ?? {};
  if (name !== undefined) return { ...result, metadata };
  const { name: _name, ...unnamed } = metadata;
  return { ...result, metadata: unnamed };
}

/** Has the user seen all of it in what was submitted? */
export function isAsSubmitted({ after = {}, submitted }: Change): boolean {
  return deepEqual(comparable(after), comparable(submitted as KubernetesObject));
}

// A review such as a SubjectAccessReview is not stored: its status answers its spec.
function doneOf(target: Target, { apiVersion, kind, metadata, status }: KubernetesObject): Done {
  const name = metadata?.name ?? target.name;
  if (name || status === undefined) {
    const named = { ...target, name };
    return { target: named, text: describeTarget(named) };
  }
  const { status: answer } = redact({ apiVersion, kind, status });
  return { text: `${resourceNameOf(target.resource)}, which answers ${JSON.stringify(answer)}` };
}

function rank(object: KubernetesObject): number {
  return isNamespace(object) ? 0 : isDefinition(object) ? 1 : 2;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
