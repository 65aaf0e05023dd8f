import { UserError } from '../apimachinery/errors.ts';
import { deepEqual, isObject, type JsonObject } from '../apimachinery/objects.ts';
import { textsOf } from '../apimachinery/texts.ts';
import { member } from '../text/counterparts.ts';
import { holdsMarker } from '../text/markers.ts';

interface Operation {
  op: string;
  /** The segments of its path, and of the path it takes a value from. */
  path: string[];
  from: string[];
  value: unknown;
  /** For display. */
  name: string;
}

/**
 * Applies a JSON patch (RFC 6902) to an object as a reader sees it, with markers for redacted values. No operation may
 * move, copy or test what holds a marker: the answer would show the value or confirm a guess.
 * @throws UserError for such an operation, and for one that is invalid or has no target.
 */
export function patchShown(shown: JsonObject, operations: readonly unknown[]): JsonObject {
  let document: unknown = structuredClone(shown);
  for (const [index, operation] of operations.entries()) document = apply(document, read(operation, index));
  if (!isObject(document)) throw new UserError('The patch leaves no object.');
  return document;
}

function read(operation: unknown, index: number): Operation {
  const { op, path, from, value } = isObject(operation) ? operation : {};
  const name = `Operation ${index + 1} of the patch`;
  const takes = op === 'copy' || op === 'move';
  if (typeof op !== 'string' || !/^(add|remove|replace|move|copy|test)$/.test(op))
    throw new UserError(`${name} has no op: it is one of add, remove, replace, move, copy and test.`);
  const described = `${name} (${op} ${String(path)})`;
  return { op, path: steps(path, described), from: takes ? steps(from, described) : [], value, name: described };
}

/** RFC 6901. */
function steps(pointer: unknown, name: string): string[] {
  if (typeof pointer !== 'string' || !/^(\/([^~]|~[01])*)?$/.test(pointer))
    throw new UserError(`${name} has no path, and where it copies or moves no from: each begins with a slash.`);
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function apply(document: unknown, { op, path, from, value, name }: Operation): unknown {
  switch (op) {
    case 'add':
      return put(document, path, structuredClone(value), true, name);
    case 'replace':
      at(document, path, name);
      return put(document, path, structuredClone(value), false, name);
    case 'remove':
      at(document, path, name);
      return without(document, path, name);
    case 'test':
      if (!deepEqual(open(document, path, name), value)) throw new UserError(`${name} failed: the value is another.`);
      return document;
    case 'move': {
      const moved = open(document, from, name);
      return put(without(document, from, name), path, moved, true, name);
    }
    default:
      return put(document, path, structuredClone(open(document, from, name)), true, name);
  }
}

/** The value at the path. @throws UserError where part of it is redacted. */
function open(document: unknown, path: readonly string[], name: string): unknown {
  const found = at(document, path, name);
  if (textsOf(found).some(holdsMarker))
    throw new UserError(
      `${name} takes or compares what is redacted, or what holds something redacted. Redacted values stay where they are: patch the fields beside them, or let the user do it.`,
    );
  return found;
}

function at(document: unknown, path: readonly string[], name: string): unknown {
  return path.reduce<unknown>((value, step) => {
    const found = Array.isArray(value) ? value[indexOf(step, value.length - 1, name)] : member(value, step);
    if (found === undefined) throw missing(name);
    return found;
  }, document);
}

function put(document: unknown, path: readonly string[], value: unknown, insert: boolean, name: string): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = at(document, path.slice(0, -1), name);
  if (Array.isArray(parent)) {
    const index = insert && key === '-' ? parent.length : indexOf(key, parent.length - (insert ? 0 : 1), name);
    parent.splice(index, insert ? 0 : 1, value);
  } else if (isObject(parent)) define(parent, key, value);
  else throw missing(name);
  return document;
}

function without(document: unknown, path: readonly string[], name: string): unknown {
  const key = path.at(-1);
  if (key === undefined) return undefined;
  const parent = at(document, path.slice(0, -1), name);
  if (Array.isArray(parent)) parent.splice(indexOf(key, parent.length - 1, name), 1);
  else if (isObject(parent)) delete parent[key];
  return document;
}

function indexOf(step: string, last: number, name: string): number {
  const index = /^(0|[1-9]\d{0,8})$/.test(step) ? Number(step) : -1;
  if (index < 0 || index > last) throw missing(name);
  return index;
}

// A key may be the name of an inherited property.
function define(object: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function missing(name: string): UserError {
  return new UserError(`${name} goes nowhere: there is nothing at that path.`, 'read the object');
}
