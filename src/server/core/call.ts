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

const calls = new AsyncLocalStorage<Call | undefined>();
/** Tool and prompt parameters that hold content to write. */
const CONTENT = ['manifest', 'patch', 'values'];
/** Separates texts that are searched together; never occurs in text from a cluster. */
const BETWEEN = '\uffff';

/**
 * What one client message has led to, as far as its answer depends on it: the redacted values of every object read or
 * written meanwhile, and what the client itself said.
 */
export class Call {
  readonly #values = new RedactedValues();
  /** Objects seen but not yet scanned: only done when texts are searched, because thousands take a while. */
  readonly #pending: { object: KubernetesObject; open: boolean }[] = [];
  /** What the client sent. */
  readonly params: JsonObject;
  /** A prompt repeats the client's text to a model that may not have written it. */
  readonly #isPrompt: boolean;
  #said: string[] | undefined;
  #wanted: Promise<string[]> | undefined;
  /** What the client's manifest or patch would write; known once `prepare` has ended. */
  #contents: readonly string[] = [];
  /** The names of the objects that it would write: answers have to tell them. */
  #names: ReadonlySet<unknown> = new Set();
  /** What the client asks to write, wherever it took it from. */
  #proposed: readonly string[] = [];
  /** The values without those, once asked for: as costly to find as to search for. */
  #unproposed: RedactedValues | undefined;
  /** Who waits for the answer; undefined before the request is handled and after it is answered. */
  caller: Caller | undefined;
  /** What the client is and can, which still counts when its answer has left, as with a task. */
  client: Pick<Caller, 'name' | 'showsForms' | 'showsLinks'> | undefined;

  constructor(method: string | undefined, params: unknown) {
    this.#isPrompt = method === 'prompts/get';
    this.params = isObject(params) ? params : {};
  }

  /** The call that this runs in; undefined outside any call, as in a timer. */
  static current(): Call | undefined {
    return calls.getStore();
  }

  /** Runs what outlives the call that begins it: what it sees is not kept for that call's answer. */
  static outside<T>(work: () => T): T {
    return calls.run(undefined, work);
  }

  run(work: () => void): void {
    calls.run(this, work);
  }

  /** Await this before texts are searched. Parses what the client wants to write, in small steps: it may be long. */
  async prepare(): Promise<void> {
    while (this.#pending.length > 0) {
      this.#lookAtNext();
      await giveWay();
    }
    const { content } = this.#parameters();
    if (content.length === 0 || (this.#values.isEmpty && !this.#isPrompt)) return;
    this.#wanted ??= Promise.all(content.map(contentOf)).then((all) => {
      if (this.#isPrompt) for (const object of all.flat().filter(isObject)) this.#add(object, false);
      this.#names = new Set(all.flat().flatMap((one) => (isObject(one) ? namesIn(one) : [])));
      return all.flatMap(fieldTexts);
    });
    this.#contents = await this.#wanted;
  }

  /** Is the client's own text shown to it again? Then markers would concern its own values. */
  get showsContent(): boolean {
    return this.#isPrompt && this.#parameters().content.length > 0;
  }

  /** Records the objects in an API server's answer and in the request. */
  readonly saw: Witness = ({ method = 'GET', path, body }, answer) => {
    const target = requestTarget(path);
    // Other documents, such as OpenAPI, are large and hold no objects.
    if (!target) return;
    for (const object of objectsIn(answer)) this.#pending.push({ object, open: method === 'GET' });
    // A patch does not name its kind.
    const isSecret = target.group === '' && target.resource === 'secrets';
    const type = isSecret ? { apiVersion: 'v1', kind: 'Secret' } : {};
    for (const object of objectsIn(body)) this.#pending.push({ object: { ...type, ...object }, open: false });
  };

  /** Questions to the user show these texts whole: they are what the user decides about. */
  proposes(texts: readonly string[]): void {
    this.#proposed = texts;
    this.#unproposed = undefined;
  }

  /** The texts without redacted values. What the client itself said stays. */
  hide(texts: readonly string[]): readonly string[] {
    const known = () => (this.#isPrompt ? [] : this.#knownTexts());
    return this.#search(texts, () => this.#values.hide(texts.join(BETWEEN), known));
  }

  /** Like `hide`, for a question to the user, who also sees what the client wants to write as a Secret stores it. */
  hideFromQuestion(texts: readonly string[]): readonly string[] {
    const known = () => {
      const said = this.#knownTexts();
      return [...said, ...said.map((text) => Buffer.from(text).toString('base64'))];
    };
    // In the question they may be in another notation, and in lines.
    return this.#search(texts, () => {
      this.#unproposed ??= this.#values.without(this.#proposed);
      return this.#unproposed.hide(texts.join(BETWEEN), known);
    });
  }

  /** Like `hide`, but also hides what the client said, for texts that it searches: a correct guess must not match. */
  hideFromSearch(texts: readonly string[]): readonly string[] {
    return this.#search(texts, () => this.#values.hide(texts.join(BETWEEN)));
  }

  /**
   * Like `hide`, for what others wrote about a write: what the client wanted to write is hidden as well, or it could
   * tell a correct guess from a wrong one.
   */
  hideFromOutside(texts: readonly string[]): readonly string[] {
    const { rest } = this.#parameters();
    return this.#search(texts, () => {
      // A misspelt field name must stay readable.
      const isKnown = (text: string) => isName(text) || this.#names.has(text);
      const [names, values] = [this.#contents.filter(isKnown), this.#contents.filter((text) => !isKnown(text))];
      return this.#values.hide(texts.join(BETWEEN), () => [...textsOf(rest), ...names], values);
    });
  }

  #lookAtNext(): void {
    const next = this.#pending.pop();
    if (next) this.#add(next.object, next.open);
  }

  #add(object: KubernetesObject, open: boolean): void {
    this.#values.add(object, open);
    this.#unproposed = undefined;
  }

  #search(texts: readonly string[], search: () => string): readonly string[] {
    while (this.#pending.length > 0) this.#lookAtNext();
    if (this.#values.isEmpty || texts.length === 0) return texts;
    const found = search().split(BETWEEN);
    if (found.length !== texts.length) throw new Error('A text holds a character that no text has.');
    return found;
  }

  #knownTexts(): string[] {
    // In any notation: escaped, or split into lines.
    this.#said ??= [
      ...textsOf(this.params).flatMap((text) => viewsOf(text).map((view) => view.text)),
      ...this.#contents,
    ];
    return this.#said;
  }

  #parameters(): { content: string[]; rest: JsonObject } {
    const args = isObject(this.params.arguments) ? this.params.arguments : {};
    const rest = Object.fromEntries(Object.entries(args).filter(([key]) => !CONTENT.includes(key)));
    const content = CONTENT.flatMap((key) => (typeof args[key] === 'string' ? [args[key]] : []));
    return { content, rest: { ...this.params, arguments: rest } };
  }
}

/** The objects of an answer: the object itself, list items or table rows. */
function objectsIn(answer: unknown): KubernetesObject[] {
  if (!isObject(answer)) return [];
  const { apiVersion, kind, items, rows } = answer;
  if (Array.isArray(rows)) return rows.flatMap((row) => (isObject(row) && holdsMore(row.object) ? [row.object] : []));
  if (!Array.isArray(items) || !/List$/.test(String(kind))) return kind === 'Status' ? [] : [answer];
  // List items carry no kind, which redaction needs.
  const type = { apiVersion, kind: String(kind).replace(/List$/, '') };
  return items.filter(isObject).map((item) => ({ ...type, ...item }) as KubernetesObject);
}

/** False for the bare names and labels that most tables hold by the thousand. */
function holdsMore(object: unknown): object is KubernetesObject {
  return (
    isObject(object) && (object.kind !== 'PartialObjectMetadata' || isObject(member(object.metadata, 'annotations')))
  );
}

/** What a manifest or a patch would write. */
function contentOf(content: string): Promise<unknown> {
  return readManifests(content)
    .catch(() => readValue(content, 'The patch'))
    .catch(() => []);
}

function fieldTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldTexts);
  // In a JSON patch operation only the value is content.
  return textsOf(isObject(value) && 'op' in value && 'path' in value ? value.value : value);
}

function namesIn({ kind, metadata }: JsonObject): unknown[] {
  return [kind, ...(isObject(metadata) ? [metadata.name, metadata.namespace] : [])];
}

/** Shaped like a field name, not like a secret. */
function isName(text: string): boolean {
  return /^[A-Za-z]{1,40}$/.test(text);
}
