import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { ShadowedEntry } from '../../kubernetes/client/kubeconfig.ts';
import type { StoredRevision } from '../../kubernetes/helm/release-storage.ts';
import type { Target } from '../targets/targets.ts';
import type { KindGroup } from './kind-groups.ts';
import type { LiveList, LiveRow } from './live-list.ts';

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
  group: KindGroup;
  kinds: ApiResource[];
}

export interface KindNode extends Base<GroupNode> {
  type: 'kind';
  resource: ApiResource;
  /** Undefined until counted. */
  count: number | undefined;
  list?: LiveList;
  /** The list version and the count that are shown. */
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
  | ReleasesNode
  | ReleaseNode
  | MoreNode
  | MessageNode;

/** A node inside a namespace or the cluster scope. */
type Scoped = ScopeNode | GroupNode | KindNode | ObjectNode | ReleasesNode | ReleaseNode;

/** The context of a node. */
export function contextOf(node: Scoped): ContextNode {
  return scopeOf(node).parent;
}

/** The namespace or cluster scope of a node. */
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

/** Commands can be called with any argument. */
export function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value.type === 'string' && typeof value.id === 'string';
}
