import { UserError } from '../apimachinery/errors.ts';

/** One step of a path: from every node to those its selectors choose. */
export interface Step {
  /** After `..`: the node itself and all its descendants. */
  deep: boolean;
  selectors: Selector[];
  /** What counts where there is no such field. */
  absent?: unknown;
}

export type Selector =
  | { type: 'name'; name: string }
  | { type: 'all' }
  | { type: 'index'; index: number }
  | { type: 'slice'; start: number | undefined; end: number | undefined; step: number }
  | { type: 'filter'; condition: Condition };

export type Condition =
  | { type: 'or' | 'and'; conditions: Condition[] }
  | { type: 'not'; condition: Condition }
  | { type: 'exists'; operand: Operand }
  | { type: 'compare'; left: Operand; operator: string; right: Operand };

/** A path from the node (`@`) or the object (`$`), a literal, or a measure as written: `1.10`, `1d`, `500m`, `1Gi`. */
export type Operand = PathOperand | { value: unknown } | { measure: string };

/** `text` is the path as it was written. */
export interface PathOperand {
  from: '@' | '$';
  steps: Step[];
  text: string;
}

const MAX_CHARACTERS = 1_000;
/** An unquoted name ends at a special character; a backslash escapes the next character. */
const NAME = /(?:\\.|[^\s.,:[\](){}'"`\\=!<>&|?*@~^])+/sy;
const SPACE = /\s*/y;
const INTEGER = /-?\d{1,9}/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** An age or a quantity. */
const MEASURE = /\d+(?:\.\d+)?(?:[smhdwkMGTPE]i?)(?![\w.])/y;
const WORD = /(?:true|false|null)(?![\w.])/y;
/** Text without its quotes: a value in a condition. */
const PLAIN = /[A-Za-z][\w./:@-]*/y;
/** Where a path in a condition may begin without its dot. */
const ROOT = /^(?:metadata|spec|status)[.[]/;
const QUOTED = /'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"/y;
const OPERATOR = /===?|!==?|<=|>=|<|>/y;
/** In a condition, `=` compares, too. */
const LOOSE_OPERATOR = /={1,3}(?!~)|!==?|<=|>=|<|>/y;
/** The usual way to write the last member in JSONPath with scripts. */
const FROM_END = /\(\s*@\.length\s*-\s*(\d{1,9})\s*\)/y;

/**
 * Parses a JSONPath in kubectl's form. No scripts and no calls: a path can only select values.
 * @throws UserError that says where it is wrong.
 */
export function parsePath(text: string): Step[] {
  if (text.length > MAX_CHARACTERS) throw new UserError(`A JSONPath has at most ${MAX_CHARACTERS} characters.`);
  return new Parser(text).whole();
}

/**
 * Parses a condition on an object: `.spec.replicas>5 && !.spec.paused`, where a path may begin with a dot.
 * @throws UserError that says where it is wrong.
 */
export function parseCondition(text: string): Condition {
  if (text.length > MAX_CHARACTERS) throw new UserError(`A condition has at most ${MAX_CHARACTERS} characters.`);
  return new Parser(text).condition();
}

class Parser {
  #text: string;
  #at = 0;
  /** In a condition, paths need no leading sign. */
  #isCondition = false;

  constructor(text: string) {
    this.#text = text
      .trim()
      .replace(/^\{(.*)\}$/s, '$1')
      .trim();
  }

  whole(): Step[] {
    const rooted = this.#take('$') || this.#take('@') || this.#peek('.') || this.#peek('[');
    // kubectl accepts `metadata.name` for `.metadata.name`.
    const first = rooted ? [] : [this.#named(false)];
    // A lone dot is the object itself.
    if (this.#text.slice(this.#at) === '.') return first;
    const steps = [...first, ...this.#steps()];
    if (this.#at < this.#text.length) this.#fail();
    return steps;
  }

  condition(): Condition {
    // The form of a filter is accepted too.
    this.#text = this.#text.replace(/^\[?\?\((.*)\)\]?$/s, '$1');
    this.#isCondition = true;
    const condition = this.#or();
    this.#space();
    if (this.#at < this.#text.length) this.#fail();
    return condition;
  }

  #steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.#take('..')) steps.push(this.#peek('[') ? this.#bracket(true) : this.#named(true));
      else if (this.#peek('.[')) this.#at += 1;
      else if (this.#take('.')) steps.push(this.#named(false));
      else if (this.#peek('[')) steps.push(this.#bracket(false));
      else return steps;
    }
  }

  #named(deep: boolean): Step {
    if (this.#take('*')) return { deep, selectors: [{ type: 'all' }] };
    const name = this.#match(NAME) ?? this.#fail();
    return { deep, selectors: [{ type: 'name', name: unescaped(name) }] };
  }

  #bracket(deep: boolean): Step {
    this.#expect('[');
    const selectors: Selector[] = [];
    do selectors.push(this.#selector());
    while (this.#token(','));
    this.#token(']') || this.#fail();
    return { deep, selectors };
  }

  #selector(): Selector {
    this.#space();
    if (this.#take('*')) return { type: 'all' };
    if (this.#take('?')) return { type: 'filter', condition: this.#or() };
    const quoted = this.#quoted();
    if (quoted !== undefined) return { type: 'name', name: quoted };
    const fromEnd = this.#groups(FROM_END)?.[1];
    if (fromEnd) return { type: 'index', index: -Number(fromEnd) };
    const start = this.#match(INTEGER);
    if (this.#token(':')) {
      const end = this.#integer();
      const step = this.#token(':') ? this.#integer() : undefined;
      return { type: 'slice', start: start === undefined ? undefined : Number(start), end, step: step || 1 };
    }
    if (start !== undefined) return { type: 'index', index: Number(start) };
    return { type: 'name', name: unescaped(this.#match(NAME) ?? this.#fail()) };
  }

  #integer(): number | undefined {
    this.#space();
    const digits = this.#match(INTEGER);
    return digits === undefined ? undefined : Number(digits);
  }

  #or(): Condition {
    const conditions = [this.#and()];
    while (this.#token('||')) conditions.push(this.#and());
    return conditions.length === 1 ? (conditions[0] as Condition) : { type: 'or', conditions };
  }

  #and(): Condition {
    const conditions = [this.#unary()];
    while (this.#token('&&')) conditions.push(this.#unary());
    return conditions.length === 1 ? (conditions[0] as Condition) : { type: 'and', conditions };
  }

  #unary(): Condition {
    if (this.#token('!')) return { type: 'not', condition: this.#unary() };
    if (this.#token('(')) {
      const condition = this.#or();
      this.#token(')') || this.#fail();
      return condition;
    }
    const left = this.#operand(true);
    this.#space();
    const operator = this.#match(this.#isCondition ? LOOSE_OPERATOR : OPERATOR);
    if (!operator) return { type: 'exists', operand: left };
    const right = this.#operand(false);
    // A path means what it means to kubectl.
    if (!this.#isCondition) return { type: 'compare', left, operator, right };
    return comparison(left, operator === '=' ? '==' : operator, right);
  }

  #operand(isLeft: boolean): Operand {
    this.#space();
    const start = this.#at;
    const path = (from: '@' | '$', steps: Step[]): PathOperand => {
      return { from, steps, text: this.#text.slice(start, this.#at) };
    };
    for (const from of ['@', '$'] as const) {
      if (this.#take(from)) return path(from, this.#steps());
    }
    if (this.#isCondition && this.#peek('.')) return path('$', this.#steps());
    const quoted = this.#quoted();
    if (quoted !== undefined) return { value: quoted };
    const measure = (this.#isCondition ? this.#match(MEASURE) : undefined) ?? this.#match(NUMBER);
    if (measure !== undefined) return { measure };
    const literal = this.#match(WORD);
    if (literal !== undefined) return { value: JSON.parse(literal) };
    if (!this.#isCondition) this.#fail();
    if (isLeft || ROOT.test(this.#text.slice(this.#at))) return path('$', [this.#named(false), ...this.#steps()]);
    return { value: this.#match(PLAIN) ?? this.#fail() };
  }

  #quoted(): string | undefined {
    const groups = this.#groups(QUOTED);
    return groups && unescaped(groups[1] ?? groups[2] ?? '');
  }

  #groups(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  #match(pattern: RegExp): string | undefined {
    return this.#groups(pattern)?.[0];
  }

  #space(): void {
    this.#match(SPACE);
  }

  #peek(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  #token(text: string): boolean {
    this.#space();
    return this.#take(text);
  }

  #expect(text: string): void {
    this.#take(text) || this.#fail();
  }

  #fail(): never {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const problem = rest === '' ? 'it ends too early' : `"${rest}" is not understood`;
    if (this.#isCondition)
      throw new UserError(
        `"${this.#text.slice(0, 200)}" is not a condition: ${problem}. Examples: .status.containerStatuses[*].restartCount>5, .spec.containers[?(!@.resources.limits)], .metadata.creationTimestamp>1d (older), .status.phase!="Running".`,
      );
    throw new UserError(
      `"${this.#text.slice(0, 200)}" is not a JSONPath: ${problem}. Examples: .spec.nodeName, .spec.containers[*].image, .metadata.labels['app.kubernetes.io/name'], .status.conditions[?(@.type=="Ready")].status.`,
    );
  }
}

// What is null is missing, and the API leaves out a text that is empty.
function comparison(left: Operand, operator: string, right: Operand): Condition {
  const compare: Condition = { type: 'compare', left, operator, right };
  const equality = operator.startsWith('=') || operator.startsWith('!');
  if (!equality || 'from' in right === 'from' in left) return compare;
  const [path, other] = 'from' in left ? [left, right] : [right, left];
  const exists: Condition = { type: 'exists', operand: path };
  const isMissing: Condition = { type: 'not', condition: exists };
  const isUnequal = operator.startsWith('!');
  const value = 'value' in other ? other.value : undefined;
  if (value === null) return isUnequal ? exists : isMissing;
  if (value !== '') return compare;
  return isUnequal ? { type: 'and', conditions: [exists, compare] } : { type: 'or', conditions: [isMissing, compare] };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
