import { visible } from '../../kubernetes/text/visible.ts';

/** EKS and GKE name their contexts with everything they know; the parts that tell two apart are all kept. */
const EKS = /^arn:(aws[a-z-]*):eks:([a-z0-9-]+):(\d{12}):cluster\/([A-Za-z0-9_-]+)$/;
const GKE = /^gke_([a-z][a-z0-9:.-]*)_([a-z0-9-]+)_([a-z0-9-]+)$/;
/** Looks like a slash, and stands for one in a path. */
const SLASH = '\u2215';
/** What is drawn as something else: the slash's double, and all but single blanks inside. */
const MISTAKABLE = /\u2215| (?= |$)|^ /g;

/**
 * A context as people call it: the cluster first, then what tells it from others of that name. Two contexts never have
 * the same one, nor do they look the same.
 */
export function shortContext(context: string): string {
  const [, partition = '', region = '', account = '', eks] = EKS.exec(context) ?? [];
  if (eks !== undefined) return `${eks} (${[...(partition === 'aws' ? [] : [partition]), region, account].join(' ')})`;
  const [, project = '', location = '', gke] = GKE.exec(context) ?? [];
  if (gke !== undefined) return `${gke} (${location} ${project})`;
  const shown = visible(context).replace(
    MISTAKABLE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // A name that looks like a short one is quoted, and so is one that looks quoted or is no part of a path.
  return /^"|\)$|^\.*$/.test(shown) ? `"${shown}"` : shown;
}

/** The same as a part of a path. */
export function contextSegment(context: string): string {
  return shortContext(context).replaceAll('/', SLASH);
}

/** Two letters that stand for a context where there is no room: `pe` for prod-eu. */
export function contextBadge(context: string): string | undefined {
  const [name = ''] = shortContext(context).split(' (');
  const [first, ...others] = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (first === undefined) return undefined;
  const last = others.at(-1);
  return last === undefined ? [...first].slice(0, 2).join('') : `${[...first][0]}${[...last][0]}`;
}
