import { UserError } from '../apimachinery/errors.ts';
import { isObject } from '../apimachinery/objects.ts';
import { type Condition, type Operand, parsePath, type Selector, type Step } from './json-path-syntax.ts';
import { compare, contentOf, Measure, sizeOf } from './path-comparison.ts';

/** A JSONPath in kubectl's form, with its column header. */
export interface Column {
  header: string;
  path: string;
}

/** Maximum number of nodes visited, and compared, per path and object; a path that needs more repeats itself. */
const MAX_OF_PATH = 100_000;
/** The same for all paths and objects of a call: about a second's work. */
const MAX_OF_CALL = 5_000_000;
const MAX_COLUMNS = 50;
/** Made when it is needed: it takes 7 ms of a session's first call. */
let order: Intl.Collator | undefined;

/** Cost of looking into an object, in nodes. */
const ONE_OBJECT = 10;

/** The paths of one call: each is parsed once, and they share a limit on visited nodes. */
export class PathBudget {
  /** The paths of conditions that found something in any object, as written. */
  readonly found = new Set<string>();
  /** How often paths of comparisons found nothing. */
  readonly missed = new Map<string, number>();
  /** The steps whose `absent` counted. */
  readonly counted = new Set<Step>();
  readonly #paths = new Map<string, Step[]>();
  #left = MAX_OF_CALL;

  /** @throws UserError when the path is invalid. */
  steps(path: string): Step[] {
    const known = this.#paths.get(path) ?? parsePath(path);
    this.#paths.set(path, known);
    return known;
  }

  /** @throws UserError when the budget is used up. */
  spend(nodes: number): void {
    this.#left -= nodes;
    if (this.#left < 0)
      throw new UserError('The JSONPaths have too much to look at: use fewer, or narrow the list with selectors.');
  }
}

/** The columns in texts of one or, as in kubectl, several: `NAME:.metadata.name,NODE:.spec.nodeName`. */
export function parseColumns(texts: readonly string[]): Column[] {
  const columns = texts.flatMap((text) => text.split(/,(?=\s*[A-Za-z][\w -]*:[.{$[])/));
  if (columns.length > MAX_COLUMNS) throw new UserError(`One call takes at most ${MAX_COLUMNS} JSONPaths.`);
  return columns.map(parseColumn);
}

/** Parses `.spec.nodeName`, `{.spec.nodeName}` or, with a header, `NODE:.spec.nodeName`. */
export function parseColumn(text: string): Column {
  const match = /^([A-Za-z][\w -]*):(.+)$/.exec(text.trim());
  const path = (match?.[2] ?? text).trim();
  if (match?.[1]) return { header: match[1].toUpperCase(), path };
  const words = path.match(/[A-Za-z_][\w-]*/g) ?? [];
  return { header: (words.at(-1) ?? path).toUpperCase(), path };
}

/**
 * Every value the path finds in `json`.
 * @throws UserError when the path is invalid, or would take too long.
 */
export function queryPath(json: object, path: string | readonly Step[], budget = new PathBudget()): unknown[] {
  budget.spend(ONE_OBJECT);
  return new Query(json, budget).follow([json], typeof path === 'string' ? budget.steps(path) : path);
}

/** Does the object meet the condition? @throws UserError when this would take too long. */
export function holdsFor(json: object, condition: Condition, budget: PathBudget): boolean {
  budget.spend(ONE_OBJECT);
  return new Query(json, budget).holds(json, condition);
}

/** No value: null is none either. */
export function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Compares values found by paths: numbers, quantities and times by size, other texts alphabetically, missing last. */
export function compareValues(a: unknown, b: unknown): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  const [left, right] = [sizeOf(a), sizeOf(b)];
  // A number and a bigint can be compared, not subtracted.
  if (left !== undefined && right !== undefined) return Number(left > right) - Number(left < right);
  order ??= new Intl.Collator('en', { numeric: true });
  return order.compare(String(a), String(b));
}

class Query {
  readonly #root: unknown;
  readonly #budget: PathBudget;
  #looked = 0;

  constructor(root: unknown, budget: PathBudget) {
    this.#root = root;
    this.#budget = budget;
  }

  follow(nodes: readonly unknown[], steps: readonly Step[]): unknown[] {
    return steps.reduce<readonly unknown[]>((current, step) => {
      const from = step.deep ? this.#insides(current) : current;
      return from.flatMap((node) => {
        const found = step.selectors.flatMap((selector) => this.#select(node, selector));
        if (step.absent === undefined || !isObject(node) || !found.every(isMissing)) return found;
        this.#budget.counted.add(step);
        return [step.absent];
      });
    }, nodes) as unknown[];
  }

  /** The nodes and all their nested objects and lists, each once. */
  #insides(nodes: readonly unknown[]): unknown[] {
    const found = new Set<unknown>();
    const visit = (node: unknown) => {
      if (typeof node !== 'object' || node === null || found.has(node)) return;
      found.add(node);
      for (const member of this.#members(node)) visit(member);
    };
    for (const node of nodes) visit(node);
    return [...found];
  }

  #select(node: unknown, selector: Selector): unknown[] {
    switch (selector.type) {
      case 'name':
        return this.#member(node, selector.name);
      case 'all':
        return this.#members(node);
      case 'index': {
        const { index } = selector;
        return Array.isArray(node) ? node.slice(index, index === -1 ? undefined : index + 1) : [];
      }
      case 'slice':
        return slice(this.#listMembers(node), selector);
      case 'filter':
        return this.#members(node).filter((member) => this.holds(member, selector.condition));
    }
  }

  #member(node: unknown, name: string): unknown[] {
    this.#count(1);
    if (Array.isArray(node)) {
      if (name === 'length') return [node.length];
      return /^\d{1,9}$/.test(name) ? node.slice(Number(name), Number(name) + 1) : [];
    }
    return isObject(node) && Object.hasOwn(node, name) ? [node[name]] : [];
  }

  #members(node: unknown): unknown[] {
    const members = isObject(node) ? Object.values(node) : Array.isArray(node) ? node : [];
    this.#count(members.length + 1);
    return members;
  }

  #listMembers(node: unknown): unknown[] {
    return Array.isArray(node) ? this.#members(node) : [];
  }

  holds(node: unknown, condition: Condition): boolean {
    switch (condition.type) {
      case 'or':
        return condition.conditions.some((one) => this.holds(node, one));
      case 'and':
        return condition.conditions.every((one) => this.holds(node, one));
      case 'not':
        return !this.holds(node, condition.condition);
      case 'exists':
        return !this.#values(node, condition.operand).every(isMissing);
      case 'compare': {
        const [left, right] = [this.#compared(node, condition.left), this.#compared(node, condition.right)];
        const content = contentOf([condition.left, condition.right]);
        const holds = (operator: string) =>
          left.some((a) => {
            this.#count(right.length);
            return right.some((b) => compare(a, operator, b, content));
          });
        // A missing value is unequal to everything.
        return condition.operator.startsWith('!') ? !holds('==') : holds(condition.operator);
      }
    }
  }

  #compared(node: unknown, operand: Operand): unknown[] {
    const values = this.#values(node, operand);
    const { missed } = this.#budget;
    if ('text' in operand && values.every(isMissing)) missed.set(operand.text, (missed.get(operand.text) ?? 0) + 1);
    return values;
  }

  #values(node: unknown, operand: Operand): unknown[] {
    if ('measure' in operand) return [new Measure(operand.measure)];
    if (!('from' in operand)) return [operand.value];
    const values = this.follow([operand.from === '@' ? node : this.#root], operand.steps);
    if (values.length > 0) this.#budget.found.add(operand.text);
    return values;
  }

  #count(nodes: number): void {
    this.#looked += nodes;
    this.#budget.spend(nodes);
    if (this.#looked > MAX_OF_PATH) throw new UserError('The JSONPath has too much to look at: use fewer of .. and *.');
  }
}

function slice(list: unknown[], { start, end, step }: Selector & { type: 'slice' }): unknown[] {
  const stride = Math.abs(step);
  const part = list.slice(start, end);
  return (step < 0 ? part.reverse() : part).filter((_, index) => index % stride === 0);
}
