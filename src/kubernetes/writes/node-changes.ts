import { RefusedError, UserError } from '../apimachinery/errors.ts';
import type { JsonObject } from '../apimachinery/objects.ts';
import { readObject } from '../client/read-object.ts';
import type { Node, Taint } from '../workloads/node-room.ts';
import { patchWith } from './patch.ts';
import type { Outcome } from './planned-update.ts';
import { type Target, targetOf, targetPath } from './target.ts';
import type { Writer } from './writer.ts';

const OWN_TAINT = /^node\.(?:cloudprovider\.)?kubernetes\.io\//;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** A node to change, as it is now. */
export interface LiveNode {
  target: Target;
  live: Node;
}

/** How a node is changed. */
export interface NodeChange {
  dryRun: boolean;
  /** Take over fields that others own. */
  force: boolean;
}

/** A taint to set, or to remove. */
export interface TaintChange extends Taint {
  isRemoval: boolean;
}

/** The node of this name. @throws UserError with what exists instead; RefusedError where nodes may not be written. */
export async function readNode(name: string, { connection, signal }: Writer): Promise<LiveNode> {
  const target = await targetOf({ apiVersion: 'v1', kind: 'Node', metadata: { name } }, undefined, connection);
  connection.client.assertPermitted({ method: 'PATCH', path: targetPath(target, name) });
  return { target, live: await readObject<Node>(connection.client, target.resource, undefined, name, signal) };
}

/** Lets the scheduler use the node, or keeps it from doing so. */
export function setSchedulable(
  node: LiveNode,
  schedulable: boolean,
  how: NodeChange,
  writer: Writer,
): Promise<Outcome> {
  return patchNode(node, () => ({ unschedulable: schedulable ? null : true }), how, writer);
}

/** Sets a taint, in place of one with the same key and effect, or removes it. */
export function setTaint(node: LiveNode, change: TaintChange, how: NodeChange, writer: Writer): Promise<Outcome> {
  const { isRemoval, ...taint } = change;
  if (!how.force && OWN_TAINT.test(taint.key))
    throw new RefusedError(
      `Kubernetes sets and removes the taint ${taint.key} itself, by the state of the node. force: true writes it all the same.`,
    );
  const specOf = (current: Node) => {
    const wanted = taintsAfter(node.target.name, current.spec?.taints ?? [], taint, isRemoval);
    return { taints: wanted.length > 0 ? wanted : null };
  };
  // The list has one owner, whoever set a taint last; the others in it stay as they are.
  return patchNode(node, specOf, { ...how, force: true }, writer);
}

function taintsAfter(node: string | undefined, taints: readonly Taint[], taint: Taint, isRemoval: boolean): Taint[] {
  const isMeant = ({ key, effect }: Taint) => key === taint.key && (effect === taint.effect || taint.effect === '');
  if (isRemoval && !taints.some(isMeant)) {
    const existing = taints.map(taintText).join(', ');
    throw new UserError(
      `Node "${node}" has no taint ${taintText(taint)}. ${existing ? `It has: ${existing}.` : 'It has none.'}`,
    );
  }
  const kept = taints.filter((one) => !isMeant(one));
  return isRemoval ? kept : [...kept, taint];
}

/**
 * A taint as kubectl takes it: `key=value:NoSchedule`, `key:NoExecute`, and with a `-` at its end for one to remove.
 * @throws UserError for anything else.
 */
export function parseTaint(text: string): TaintChange {
  const [, key = '', value, effect = '', end] = /^([^=:\s]+?)(?:=([^:\s]*))?(?::(\w+))?(-)?$/.exec(text.trim()) ?? [];
  const isRemoval = end === '-';
  if (key === '' || !(EFFECTS.includes(effect) || (isRemoval && effect === '')))
    throw new UserError(
      `"${text}" is no taint. As in kubectl: key=value:NoSchedule, with the effect ${EFFECTS.join(', ')}; key:NoSchedule- or key- removes it.`,
    );
  return { key, ...(value ? { value } : {}), effect, isRemoval };
}

/** `dedicated=gpu:NoSchedule` */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
}

function patchNode(
  { target, live }: LiveNode,
  specOf: (current: Node) => JsonObject,
  how: NodeChange,
  writer: Writer,
): Promise<Outcome> {
  const update = { target, name: target.name ?? '', ...how, writer, isOwn: true as const };
  return patchWith(update, live, (current) => ({ spec: specOf(current as Node) }), 'merge');
}
