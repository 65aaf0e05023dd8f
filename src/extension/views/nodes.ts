import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { ShadowedEntry } from '../../kubernetes/client/kubeconfig.ts';
import type { ClusterFinding, ClusterProblems } from '../../kubernetes/diagnosis/cluster.ts';
import type { Health } from '../../kubernetes/diagnosis/health.ts';
import type { StoredRevision } from '../../kubernetes/helm/release-storage.ts';
import type { Target } from '../targets/targets.ts';
import type { KindGroup } from './kind-groups.ts';
import type { LiveList, LiveRow } from './live-list.ts';
import type { LiveReleases } from './live-releases.ts';

interface Base<Parent> {
  /** Its path in the tree, so that VS Code keeps it expanded. */
  id: string;
  parent: Parent;
}

/** A folder with its own settings or kubeconfig. */
export interface TargetNode extends Base<undefined> {
  type: 'target';
  target: Target;
}

export interface ContextNode extends Base<TargetNode | undefined> {
  type: 'context';
  target: Target;
  name: string;
  server: string;
  isCurrent: boolean;
  isProtected: boolean;
  /** Its cluster does not answer. */
  isOffline?: boolean;
  /** Names it uses that other kubeconfig files define too. */
  shadowed: readonly ShadowedEntry[];
  namespaces?: LiveList;
  /** The version of its namespaces that is shown, unless one of them has changed. */
  shown?: number | undefined;
}

/** A namespace or, without one, the cluster scope. */
export interface ScopeNode extends Base<ContextNode> {
  type: 'scope';
  connection: Connection;
  namespace: string | undefined;
  /** Of a listed namespace. */
  row: LiveRow | undefined;
}

export interface GroupNode extends Base<ScopeNode> {
  type: 'group';
  group: KindGroup | 'favorites';
  kinds: ApiResource[];
  /** How many objects fit the filter; undefined without one. */
  matches?: number | undefined;
}

/** A kind, in its group or, where it is the only one, in its place. */
export interface KindNode extends Base<GroupNode | ScopeNode> {
  type: 'kind';
  resource: ApiResource;
  /** Undefined until counted. */
  count: number | undefined;
  /** How many fit the filter; undefined until they are counted, and without a filter. */
  matches?: number | undefined;
  isFavorite: boolean;
  /** Is there another kind of the same name beside it? */
  isNamesake: boolean;
  list?: LiveList;
  /** The list version and the count that are shown. */
  shown?: number;
  shownCount?: string | undefined;
  /** CPU and memory in use by its objects, by name. */
  usage?: ReadonlyMap<string, string>;
  /** When it is to be read again, in milliseconds since the epoch. */
  usageDue?: number;
}

/** An object, in the list of its kind or below an object that it belongs to. */
export interface ObjectNode extends Base<KindNode | ObjectNode> {
  type: 'object';
  resource: ApiResource;
  /** Undefined for cluster-scoped kinds. */
  namespace: string | undefined;
  row: LiveRow;
  /** What it is to its parent, shown in place of its own summary. */
  role?: string | undefined;
  /** Has VS Code asked for it? And the usage that it was told. */
  isShown?: boolean;
  shownUsage?: string | undefined;
  /** Its tooltip, once the user has seen it: VS Code keeps it. */
  shownTooltip?: string | undefined;
  /** What is shown below it, to notice a change; undefined before it is shown. */
  below?: string;
}

/** A container of a pod. */
export interface ContainerNode extends Base<ObjectNode> {
  type: 'container';
  name: string;
  isInit: boolean;
  health: Health;
  /** Its state, if that is an exception. */
  summary: string;
  image: string;
}

/** What is wrong with the cluster of a context. */
export interface ProblemsNode extends Base<ContextNode> {
  type: 'problems';
  connection: Connection;
  /** Undefined until they have been looked for. */
  found?: ClusterProblems | undefined;
  /** Why they could not be looked for. */
  failure?: unknown;
}

export interface ProblemNode extends Base<ProblemsNode> {
  type: 'problem';
  finding: ClusterFinding;
  /** The object that it is about, if it is about one. */
  about: Located | undefined;
}

/** Where an object is. */
export interface Located {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
}

/** The releases of a namespace. */
export interface ReleasesNode extends Base<ScopeNode> {
  type: 'releases';
  list?: LiveReleases;
  /** The list version that is shown. */
  shown?: number;
}

export interface ReleaseNode extends Base<ReleasesNode> {
  type: 'release';
  latest: StoredRevision;
}

/** The rest of a list. */
export interface MoreNode extends Base<ContextNode | KindNode> {
  type: 'more';
  left: number | undefined;
}

/** Says why there is nothing, or not everything. */
export interface MessageNode extends Base<Node | undefined> {
  type: 'message';
  text: string;
  /** The full text. */
  detail: string;
  /** `error`: failed, retry may help; `question`: needs the user's consent; `locked`: can be opened only by name. */
  tone: 'plain' | 'error' | 'question' | 'locked';
}

export type Node =
  | TargetNode
  | ContextNode
  | ScopeNode
  | GroupNode
  | KindNode
  | ObjectNode
  | ContainerNode
  | ProblemsNode
  | ProblemNode
  | ReleasesNode
  | ReleaseNode
  | MoreNode
  | MessageNode;

/** A node inside a context. */
type Inside = Exclude<Node, TargetNode | MessageNode | MoreNode>;

/** The context of a node. */
export function contextOf(node: Inside): ContextNode {
  return node.type === 'context' ? node : contextOf(node.parent);
}

/** The namespace or cluster scope of a kind. */
export function scopeOf({ parent }: KindNode): ScopeNode {
  return parent.type === 'scope' ? parent : parent.parent;
}

/** The object that a node stands for; a container stands for its pod. */
export function objectOf(node: Node): (Located & { context: ContextNode }) | undefined {
  switch (node.type) {
    case 'object': {
      const { resource, namespace, row } = node;
      return { resource, namespace, name: row.name, context: contextOf(node) };
    }
    case 'container':
      return objectOf(node.parent);
    case 'problem':
      return node.about && { ...node.about, context: contextOf(node) };
    default:
      return undefined;
  }
}

/** Commands can be called with any argument. */
export function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value.type === 'string' && typeof value.id === 'string';
}
