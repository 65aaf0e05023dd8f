import { UserError } from '../apimachinery/errors.ts';
import { deepEqual, isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { counterparts, member } from '../text/counterparts.ts';
import { holdsMarker, markersIn } from '../text/markers.ts';
import { redact } from '../text/redact.ts';

const KINDS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** In a strategic merge patch: removes the named values from a list where present. */
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';

/**
 * Values submitted where the live object holds a redacted one. Each may be a guess, and no answer may depend on whether
 * it is right. So a correct one is dry-run as another value, which the server then sees as a change.
 */
export class Guesses {
  readonly #live: KubernetesObject;
  readonly #shown: KubernetesObject;

  constructor(live: KubernetesObject) {
    this.#live = live;
    this.#shown = redact(live);
  }

  /** Does the content set a redacted place? @throws UserError if it asks the server whether a value is there. */
  areIn(content: unknown): boolean {
    let found = false;
    this.#walk(content, (value) => {
      found = true;
      return value;
    });
    return found;
  }

  /** The content with every correct guess replaced by another value; the content itself when there is none. */
  hiddenFrom<T>(content: T): T {
    let right = false;
    const hidden = this.#walk(content, (value, place) => {
      if (!isSame(value, place)) return value;
      right = true;
      return another(place);
    });
    return right ? (hidden as T) : content;
  }

  /** The result for the original content, from that for `hiddenFrom`. */
  restoredIn(result: KubernetesObject): KubernetesObject {
    const restored = this.#walk(result, (value, place) => (value === another(place) ? place.live : value));
    return restored as KubernetesObject;
  }

  #walk(content: unknown, visit: Visit): unknown {
    const isSecret = this.#live.kind === 'Secret' && this.#live.apiVersion === 'v1';
    const walked = walk(content, this.#live, this.#shown, isSecret ? withBase64(visit) : visit);
    if (!isSecret || !isObject(walked) || !isObject(walked.stringData)) return walked;
    const { data } = this.#live;
    const stringData = Object.entries(walked.stringData).map(([key, value]) => {
      const live = member(data, key);
      if (typeof live !== 'string' || holdsMarker(value)) return [key, value];
      return [key, visit(value, { live: Buffer.from(live, 'base64').toString(), shown: undefined })];
    });
    return { ...walked, stringData: Object.fromEntries(stringData) };
  }
}

/** A redacted value, actual and as shown. */
interface Place {
  live: unknown;
  shown: unknown;
  /** It is in base64. */
  encoded?: boolean;
}

type Visit = (value: unknown, place: Place) => unknown;

function withBase64(visit: Visit): Visit {
  return (value, place) => visit(value, { ...place, encoded: true });
}

function walk(content: unknown, live: unknown, shown: unknown, visit: Visit): unknown {
  if (content === undefined || live === undefined || deepEqual(live, shown)) return content;
  const isShownWhole = typeof shown !== 'object' || typeof live !== 'object' || live === null;
  if (isShownWhole) return holdsMarker(content) ? content : visit(content, { live, shown });
  if (Array.isArray(content)) {
    const [own, seen] = [counterparts(content, live), counterparts(content, shown)];
    return content.map((item, index) => walk(item, own[index], seen[index], visit));
  }
  if (!isObject(content)) return content;
  return Object.fromEntries(
    Object.entries(content).map(([key, item]) => {
      if (key.startsWith(DELETE_FROM_LIST)) refuseDeletion(key.slice(DELETE_FROM_LIST.length), live, shown);
      return [key, walk(item, member(live, key), member(shown, key), visit)];
    }),
  );
}

function refuseDeletion(field: string, live: unknown, shown: unknown): void {
  if (deepEqual(member(live, field), member(shown, field))) return;
  throw new UserError(
    `${DELETE_FROM_LIST}${field} names members of a list that holds redacted ones: give the whole list, with the markers where they are.`,
  );
}

function isSame(value: unknown, { live, encoded }: Place): boolean {
  if (!encoded || typeof value !== 'string' || typeof live !== 'string') return deepEqual(value, live);
  // The same bytes can be encoded in several ways.
  return Buffer.from(value, 'base64').equals(Buffer.from(live, 'base64'));
}

/** A different value, as valid as the live one. */
function another({ live, shown, encoded }: Place): unknown {
  if (typeof live === 'number') return live + 1;
  // The largest of 64 bits has none above it.
  if (typeof live === 'bigint') return live > 0n ? live - 1n : live + 1n;
  if (typeof live === 'boolean') return !live;
  if (typeof live !== 'string') return live;
  const text = encoded ? Buffer.from(live, 'base64').toString('latin1') : live;
  // The part shown unredacted must stay.
  const from = encoded || typeof shown !== 'string' ? 0 : (markersIn(shown)[0]?.start ?? 0);
  const at = from + Math.max(text.slice(from).search(/[0-9A-Za-z]/), 0);
  const changed = `${text.slice(0, at)}${afterOf(text.charAt(at))}${text.slice(at + 1)}`;
  return encoded ? Buffer.from(changed, 'latin1').toString('base64') : changed;
}

/** Another character of the same kind; empty for empty. */
function afterOf(character: string): string {
  const kind = KINDS.find((characters) => character !== '' && characters.includes(character));
  if (kind) return kind.charAt((kind.indexOf(character) + 1) % kind.length);
  return character && String.fromCharCode(character.charCodeAt(0) ^ 1);
}
