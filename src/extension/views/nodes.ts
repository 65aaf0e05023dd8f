import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { ShadowedEntry } from '../../kubernetes/client/kubeconfig.ts';
import type { StoredRevision } from '../../kubernetes/helm/release-storage.ts';
import type { Target } from '../targets/targets.ts';
import type { KindGroup } from './kind-groups.ts';
import type { LiveList, LiveRow } from './live-list.ts';

interface Base<Parent> {
  /** Says where it is, so that VS Code keeps it expanded. */
  id: string;
  parent: Parent;
}

/** A folder whose settings or kubeconfig are its own. */
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
  /** What other files have under the names that it uses. */
  shadowed: readonly ShadowedEntry[];
  namespaces?: LiveList;
}

/** A namespace or, without one, what belongs to the whole cluster. */
export interface ScopeNode extends Base<ContextNode> {
  type: 'scope';
  connection: Connection;
  namespace: string | undefined;
  /** Of a namespace that was listed. */
  row: LiveRow | undefined;
}

export interface GroupNode extends Base<ScopeNode> {
  type: 'group';
  group: KindGroup;
  kinds: ApiResource[];
}

export interface KindNode extends Base<GroupNode> {
  type: 'kind';
  resource: ApiResource;
  /** Unknown until it was counted. */
  count: number | undefined;
  list?: LiveList;
  /** The version of the list that is shown, and the count. */
  shown?: number;
  shownCount?: string | undefined;
}

export interface ObjectNode extends Base<KindNode> {
  type: 'object';
  row: LiveRow;
}

/** The releases of a namespace. */
export interface ReleasesNode extends Base<ScopeNode> {
  type: 'releases';
}

export interface ReleaseNode extends Base<ReleasesNode> {
  type: 'release';
  latest: StoredRevision;
}

/** Stands for the rest of a list. */
export interface MoreNode extends Base<ContextNode | KindNode> {
  type: 'more';
  left: number | undefined;
}

/** Says why there is nothing, or not everything. */
export interface MessageNode extends Base<Node | undefined> {
  type: 'message';
  text: string;
  /** All that there is to say. */
  detail: string;
  /** `error`: something went wrong, and trying again may help; `question`: the user has to agree first; `locked`: it may only be named. */
  tone: 'plain' | 'error' | 'question' | 'locked';
}

export type Node =
  | TargetNode
  | ContextNode
  | ScopeNode
  | GroupNode
  | KindNode
  | ObjectNode
  | ReleasesNode
  | ReleaseNode
  | MoreNode
  | MessageNode;

/** What is in a namespace or in the cluster. */
type Scoped = ScopeNode | GroupNode | KindNode | ObjectNode | ReleasesNode | ReleaseNode;

/** The context that a node is in. */
export function contextOf(node: Scoped): ContextNode {
  return scopeOf(node).parent;
}

/** The namespace, or the cluster, that a node is in. */
export function scopeOf(node: Scoped): ScopeNode {
  switch (node.type) {
    case 'scope':
      return node;
    case 'group':
    case 'releases':
      return node.parent;
    case 'kind':
    case 'release':
      return node.parent.parent;
    case 'object':
      return node.parent.parent.parent;
  }
}

/** Commands are called with anything. */
export function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value.type === 'string' && typeof value.id === 'string';
}
