import { type ApiResource, isCustom, resourceNameOf } from './apimachinery/api-resource.ts';
import { BUILT_IN_KINDS, type KindNames } from './apimachinery/built-in-kinds.ts';
import { matcher } from './apimachinery/name-patterns.ts';
import { nearest } from './apimachinery/nearest.ts';
import type { RequestTarget } from './apimachinery/request-target.ts';

const NONE: readonly KindNames[] = [];
const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?\./;

/** A pattern that matches no kind, and what may have been meant. */
export interface StrayPattern {
  pattern: string;
  nearest: string[];
}

interface Pattern {
  text: string;
  /** Without the subresource. */
  head: string;
  matchesHead(spelling: string): boolean;
  /** Undefined: the kind with all its subresources. */
  matchesSubresource: ((name: string) => boolean) | undefined;
}

/**
 * Patterns of kinds, named as in kubectl: plural, singular, short name or kind, alone, with the group, or with version
 * and group, in any case; `*` matches anything, and a subresource is appended as in `pods/log`. Unlike in kubectl, a
 * word without a group means that kind in every group, and a kind that Kubernetes serves under two groups is one.
 */
export class KindPatterns {
  readonly #patterns: readonly Pattern[];
  /** Results per set of kinds; each discovery has its own set. */
  readonly #strays = new WeakMap<readonly KindNames[], { found: StrayPattern | undefined }>();

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map(parse);
  }

  /**
   * The name of the kind or subresource if a pattern matches it. `known` are the kinds of the cluster; names by which
   * somebody else calls the kind are further ones, never others.
   */
  match(target: Target, known: readonly KindNames[] = NONE, names?: KindNames): string | undefined {
    if (this.#patterns.length === 0) return undefined;
    const all = [...spellingsOf(target, [...BUILT_IN_KINDS, ...known]), ...(names ? spellings(names) : [])];
    const kind = resourceNameOf({ group: target.group, name: target.resource });
    for (const { matchesHead, matchesSubresource } of this.#patterns) {
      if (!all.some(matchesHead)) continue;
      if (!matchesSubresource) return kind;
      if (target.subresource && matchesSubresource(target.subresource)) return `${kind}/${target.subresource}`;
    }
    return undefined;
  }

  /**
   * May a pattern mean this kind, by a name that is not known? Where the cluster has listed the group, the kind is new:
   * then a word without a group means others.
   */
  concerns({ group, subresource }: Target, isListed: boolean): boolean {
    return this.#patterns.some(({ head, matchesSubresource }) => {
      if (matchesSubresource && !(subresource && matchesSubresource(subresource))) return false;
      return head.includes('.') ? isAbout(head, group) : !isListed;
    });
  }

  /**
   * The first pattern that matches no kind, neither of Kubernetes nor of these. A pattern whose group is not served
   * does not count: the cluster may serve it later.
   */
  stray(known: readonly KindNames[] = NONE): StrayPattern | undefined {
    const checked = this.#strays.get(known) ?? { found: this.#stray([...BUILT_IN_KINDS, ...known]) };
    this.#strays.set(known, checked);
    return checked.found;
  }

  #stray(kinds: readonly KindNames[]): StrayPattern | undefined {
    const stray = this.#patterns.find((pattern) => !isMeant(pattern, kinds) && !isOfAbsentGroup(pattern, kinds));
    return stray && { pattern: stray.text, nearest: nearestTo(stray, kinds) };
  }
}

/** Is it a kind of Kubernetes itself? */
export function isBuiltIn({ group, resource }: Target): boolean {
  return BUILT_IN_KINDS.some((kind) => kind.group === group && kind.name === resource);
}

type Target = Pick<RequestTarget, 'group' | 'version' | 'resource' | 'subresource'>;

function parse(text: string): Pattern {
  const [head = '', ...rest] = text.trim().split('/');
  return {
    text,
    head,
    matchesHead: matcher(head),
    matchesSubresource: rest.length > 0 ? matcher(rest.join('/')) : undefined,
  };
}

/** Every way to name the target's kind and its twin in another group. */
function spellingsOf({ group, version, resource }: Target, kinds: readonly KindNames[]): string[] {
  const own = kinds.filter((kind) => kind.group === group && kind.name === resource);
  const twins = kinds.filter(
    (kind) =>
      kind.name === resource &&
      !isCustom(kind) &&
      !isCustom({ group }) &&
      (own.length === 0 || own.some((one) => one.kind === kind.kind)),
  );
  const asked = { group, version, name: resource, kind: resource, singularName: '', shortNames: [] };
  return [asked, ...own, ...twins].flatMap(spellings);
}

function spellings({ group, version, ...kind }: Omit<KindNames, 'namespaced' | 'subresources'>): string[] {
  // kubectl names the core group with a trailing dot.
  const tails = group === '' ? ['', `.${version}`, `.${version}.`] : ['', `.${group}`, `.${version}.${group}`];
  return wordsOf(kind).flatMap((word) => tails.map((tail) => word + tail));
}

function wordsOf({ name, kind, singularName, shortNames }: Pick<ApiResource, Words>): string[] {
  return [name, kind, singularName, ...shortNames].filter((word) => word !== '');
}

type Words = 'name' | 'kind' | 'singularName' | 'shortNames';

function isMeant({ matchesHead, matchesSubresource }: Pattern, kinds: readonly KindNames[]): boolean {
  return kinds.some(
    (kind) => spellings(kind).some(matchesHead) && (!matchesSubresource || kind.subresources.some(matchesSubresource)),
  );
}

// Third-party groups are domains, so a group without a dot that is not served is a mistake. `*` may match any group.
function isOfAbsentGroup({ head }: Pattern, kinds: readonly KindNames[]): boolean {
  const [tail, group] = groupsIn(head);
  if (!head.includes('.') || !/[.*]/.test(group)) return false;
  if (group.includes('*')) return true;
  const matches = [tail, group].map(matcher);
  return !kinds.some((kind) => kind.group !== '' && matches.some((isGroup) => isGroup(kind.group)));
}

/** May it match a kind of this group, whatever that is called? A `*` may stand for dots, too. */
function isAbout(head: string, group: string): boolean {
  if (!head.includes('*')) return groupsIn(head).includes(group);
  const [tail, end] = [`.${group}`, head.slice(head.lastIndexOf('*') + 1).toLowerCase()];
  return tail.endsWith(end) || end.endsWith(tail);
}

/** What follows the word, with and without what may be a version. */
function groupsIn(head: string): [tail: string, group: string] {
  const tail = head.slice(head.indexOf('.') + 1).toLowerCase();
  return [tail, tail.replace(VERSION, '')];
}

function nearestTo({ head, matchesHead }: Pattern, kinds: readonly KindNames[]): string[] {
  const meant = kinds.filter((kind) => spellings(kind).some(matchesHead));
  const subresources = meant.flatMap((kind) => kind.subresources.map((name) => `${resourceNameOf(kind)}/${name}`));
  if (meant.length > 0) return [...new Set(subresources)].slice(0, 10);
  const names = kinds.flatMap((kind) =>
    head.includes('.') ? [resourceNameOf(kind)] : [kind.name, kind.kind, ...kind.shortNames],
  );
  return nearest(head.replaceAll('*', ''), names, 3);
}
