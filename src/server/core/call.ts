import { AsyncLocalStorage } from 'node:async_hooks';
import { isObject, type JsonObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { requestTarget } from '../../kubernetes/apimachinery/request-target.ts';
import { textsOf } from '../../kubernetes/apimachinery/texts.ts';
import { giveWay } from '../../kubernetes/apimachinery/unhurried.ts';
import type { Witness } from '../../kubernetes/client/request.ts';
import { member } from '../../kubernetes/text/counterparts.ts';
import { readManifests, readValue } from '../../kubernetes/text/reading.ts';
import { RedactedValues } from '../../kubernetes/text/redacted-values.ts';
import { viewsOf } from '../../kubernetes/text/text-views.ts';
import type { Caller } from './caller.ts';

const calls = new AsyncLocalStorage<Call>();
/** The parameters of tools and prompts that hold what is to be written. */
const CONTENT = ['manifest', 'patch', 'values'];
/** Stands between texts that are searched together; no text of the cluster's holds it. */
const BETWEEN = '\uffff';

/**
 * What one message of a client has led to, as far as the answer depends on it: the redacted values of every object that was
 * read or written meanwhile, and what the client has said itself.
 */
export class Call {
  readonly #values = new RedactedValues();
  /** What was seen and is looked at when texts are searched: of thousands of objects that takes a while. */
  readonly #pending: { object: KubernetesObject; open: boolean }[] = [];
  readonly #params: JsonObject;
  /** A prompt shows a text of the client again, to a model that need not be who wrote it. */
  readonly #isPrompt: boolean;
  #said: string[] | undefined;
  #wanted: Promise<string[]> | undefined;
  /** What a manifest or a patch of the client wants to be written; known once `prepare` has ended. */
  #contents: readonly string[] = [];
  /** Who waits for its answer; undefined before it is looked at, and once it has been answered. */
  caller: Caller | undefined;

  constructor(method: string | undefined, params: unknown) {
    this.#isPrompt = method === 'prompts/get';
    this.#params = isObject(params) ? params : {};
  }

  /** The call in which this runs; undefined outside of all, as for what a timer does. */
  static current(): Call | undefined {
    return calls.getStore();
  }

  run(work: () => void): void {
    calls.run(this, work);
  }

  /** To be awaited before texts are searched: reads what the client wants to write, which may be long, where nobody waits for it. */
  async prepare(): Promise<void> {
    while (this.#pending.length > 0) {
      this.#lookAtNext();
      await giveWay();
    }
    const { content } = this.#parameters();
    if (content.length === 0 || (this.#values.isEmpty && !this.#isPrompt)) return;
    this.#wanted ??= Promise.all(content.map(contentOf)).then((all) => {
      if (this.#isPrompt) for (const object of all.flat().filter(isObject)) this.#values.add(object, false);
      return all.flatMap(fieldTexts);
    });
    this.#contents = await this.#wanted;
  }

  /** Is what the client has written shown to it again? Markers would then be about values of its own. */
  get showsContent(): boolean {
    return this.#isPrompt && this.#parameters().content.length > 0;
  }

  /** Takes notice of the objects in an answer of the API server, and of what was sent to it. */
  readonly saw: Witness = ({ method = 'GET', path, body }, answer) => {
    const target = requestTarget(path);
    // What is about no objects, such as the OpenAPI documents, is large.
    if (!target) return;
    for (const object of objectsIn(answer)) this.#pending.push({ object, open: method === 'GET' });
    // A patch does not say what it is of.
    const isSecret = target.group === '' && target.resource === 'secrets';
    const type = isSecret ? { apiVersion: 'v1', kind: 'Secret' } : {};
    for (const object of objectsIn(body)) this.#pending.push({ object: { ...type, ...object }, open: false });
  };

  /** The texts without redacted values. What the client itself has said is no news to it. */
  hide(texts: readonly string[]): readonly string[] {
    const known = () => (this.#isPrompt ? [] : this.#knownTexts());
    return this.#search(texts, () => this.#values.hide(texts.join(BETWEEN), known));
  }

  /** The same for a question to the user, who is shown what the client wants to write also as a Secret stores it. */
  hideFromQuestion(texts: readonly string[]): readonly string[] {
    const known = () => {
      const said = this.#knownTexts();
      return [...said, ...said.map((text) => Buffer.from(text).toString('base64'))];
    };
    return this.#search(texts, () => this.#values.hide(texts.join(BETWEEN), known));
  }

  /** The same without what the client has said itself, for texts in which it searches: a right guess must find nothing. */
  hideFromSearch(texts: readonly string[]): readonly string[] {
    return this.#search(texts, () => this.#values.hide(texts.join(BETWEEN)));
  }

  /**
   * The same for what others wrote about a write: what the client wanted to write is hidden like what is there, or else one
   * could tell a right guess from a wrong one.
   */
  hideFromOutside(texts: readonly string[]): readonly string[] {
    const { rest } = this.#parameters();
    return this.#search(texts, () => {
      // A mistake in the name of a field is to be read.
      const [names, values] = [this.#contents.filter(isName), this.#contents.filter((text) => !isName(text))];
      return this.#values.hide(texts.join(BETWEEN), () => [...textsOf(rest), ...names], values);
    });
  }

  #lookAtNext(): void {
    const next = this.#pending.pop();
    if (next) this.#values.add(next.object, next.open);
  }

  #search(texts: readonly string[], search: () => string): readonly string[] {
    while (this.#pending.length > 0) this.#lookAtNext();
    if (this.#values.isEmpty || texts.length === 0) return texts;
    const found = search().split(BETWEEN);
    if (found.length !== texts.length) throw new Error('A text holds a character that no text has.');
    return found;
  }

  #knownTexts(): string[] {
    // However it is written there: with escapes, or in lines.
    this.#said ??= [
      ...textsOf(this.#params).flatMap((text) => viewsOf(text).map((view) => view.text)),
      ...this.#contents,
    ];
    return this.#said;
  }

  #parameters(): { content: string[]; rest: JsonObject } {
    const args = isObject(this.#params.arguments) ? this.#params.arguments : {};
    const rest = Object.fromEntries(Object.entries(args).filter(([key]) => !CONTENT.includes(key)));
    const content = CONTENT.flatMap((key) => (typeof args[key] === 'string' ? [args[key]] : []));
    return { content, rest: { ...this.#params, arguments: rest } };
  }
}

/** The objects of an answer: itself, the members of a list, the rows of a table. */
function objectsIn(answer: unknown): KubernetesObject[] {
  if (!isObject(answer)) return [];
  const { apiVersion, kind, items, rows } = answer;
  if (Array.isArray(rows)) return rows.flatMap((row) => (isObject(row) && holdsMore(row.object) ? [row.object] : []));
  if (!Array.isArray(items) || !/List$/.test(String(kind))) return kind === 'Status' ? [] : [answer];
  // Items of a list do not say what they are, and redaction must know.
  const type = { apiVersion, kind: String(kind).replace(/List$/, '') };
  return items.filter(isObject).map((item) => ({ ...type, ...item }) as KubernetesObject);
}

/** False for the names and labels that most tables have, thousands of them. */
function holdsMore(object: unknown): object is KubernetesObject {
  return (
    isObject(object) && (object.kind !== 'PartialObjectMetadata' || isObject(member(object.metadata, 'annotations')))
  );
}

/** What a manifest or a patch wants to be written. */
function contentOf(content: string): Promise<unknown> {
  return readManifests(content)
    .catch(() => readValue(content, 'The patch'))
    .catch(() => []);
}

function fieldTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldTexts);
  // Of an operation of a JSON patch, the value alone is content.
  return textsOf(isObject(value) && 'op' in value && 'path' in value ? value.value : value);
}

/** As the names of fields are, and secrets are not. */
function isName(text: string): boolean {
  return /^[A-Za-z]{1,40}$/.test(text);
}
