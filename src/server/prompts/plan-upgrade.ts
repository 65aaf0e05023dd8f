import { apiVersionOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { conditionOf } from '../../kubernetes/apimachinery/conditions.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { controllerOf } from '../../kubernetes/apimachinery/ownership.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { hasCompleted, placeOf } from '../../kubernetes/diagnosis/facts/rows.ts';
import { apiServiceLines, type Node, nodeLines, workloadLines } from './cluster-state.ts';
import { requestedDeprecatedApis } from './deprecated-apis.ts';
import { listObjects, listRows } from './lists.ts';
import type { Prompt, PromptContext } from './prompt.ts';
import { renderSections, tally, top } from './sections.ts';

/** How many minor versions a kubelet may be older than its API server. */
const KUBELET_SKEW = 3;

interface Version {
  major: number;
  minor: number;
}

interface Budget extends KubernetesObject {
  status?: {
    disruptionsAllowed?: number;
    expectedPods?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
  };
}

interface Webhooks extends KubernetesObject {
  webhooks?: { failurePolicy?: string; clientConfig?: { service?: { namespace?: string; name?: string } } }[];
}

export const planUpgrade: Prompt = {
  name: 'plan-upgrade',
  title: 'Plan Upgrade',
  description: 'Plan the upgrade of the cluster to another version of Kubernetes, and find what stands in its way.',
  arguments: [{ name: 'targetVersion', description: 'Such as 1.37; the next minor version when empty' }],
  lists: true,
  async run({ targetVersion }, context) {
    const { connection, signal } = context;
    const { gitVersion } = await connection.client.json<{ gitVersion: string }>({ path: '/version', signal });
    const current = parseVersion(gitVersion);
    const target = targetVersion ? parseVersion(targetVersion) : { ...current, minor: current.minor + 1 };
    const nodes = listObjects<Node>(context, kinds.nodes);
    const data = await renderSections(
      [
        { title: 'Versions', lines: async () => versionLines(gitVersion, current, target) },
        { title: 'Nodes', lines: async () => [...nodeLines(await nodes), ...kubeletLines(await nodes, target)] },
        { title: 'Deprecated APIs that were requested', lines: () => deprecatedLines(context, target) },
        { title: 'Alpha and beta APIs that are served', lines: () => previewLines(context) },
        { title: 'What hinders draining nodes', lines: () => drainLines(context) },
        { title: 'Admission webhooks that block writes when they are down', lines: () => webhookLines(context) },
        { title: 'API extensions that do not answer', lines: () => apiServiceLines(context) },
        { title: 'Workloads now', lines: () => workloadLines(context) },
      ],
      signal,
    );
    return {
      task: `Plan the upgrade of this Kubernetes cluster from ${gitVersion} to ${textOf(target)}. First what must be mended before it begins, then the steps in order (control plane, add-ons, nodes) with the check after each, then how to go back. Add what you know of the changes in these versions that concern what is here. Name what the data does not show and who has to look it up. Change nothing.`,
      data,
    };
  },
};

function parseVersion(text: string): Version {
  const match = /^v?(\d+)\.(\d+)/.exec(text.trim());
  if (!match) throw new UserError(`"${text}" is not a version of Kubernetes, such as 1.37.`);
  return { major: Number(match[1]), minor: Number(match[2]) };
}

function textOf({ major, minor }: Version): string {
  return `${major}.${minor}`;
}

function stepsBetween(from: Version, to: Version): number {
  return (to.major - from.major) * 1000 + to.minor - from.minor;
}

function versionLines(gitVersion: string, current: Version, target: Version): string[] {
  const steps = stepsBetween(current, target);
  const lines = [`API server ${gitVersion}, target ${textOf(target)}`];
  if (steps < 0) lines.push('The target is older: Kubernetes does not support downgrades.');
  if (steps > 1) lines.push(`The API server goes up one minor version at a time: ${steps} upgrades.`);
  return lines;
}

function kubeletLines(nodes: readonly Node[], target: Version): string[] {
  const info = nodes.map(({ status }) => status?.nodeInfo ?? {});
  const tooOld = nodes.filter(({ status }) => {
    const kubelet =
      /^v?\d+\.\d+/.test(status?.nodeInfo?.kubeletVersion ?? '') &&
      parseVersion(status?.nodeInfo?.kubeletVersion ?? '');
    return kubelet && stepsBetween(kubelet, target) > KUBELET_SKEW;
  });
  const names = tooOld.map(({ metadata }) => metadata?.name ?? '');
  return [
    `kubelet: ${tally(info.map(({ kubeletVersion = 'unknown' }) => kubeletVersion))}`,
    `runtime: ${tally(info.map(({ containerRuntimeVersion = 'unknown' }) => containerRuntimeVersion))}`,
    `system: ${tally(info.map(({ osImage = 'unknown' }) => osImage))}`,
    ...(names.length > 0
      ? [`Too old for an API server ${textOf(target)}, upgrade them first: ${top(names, 10).join(', ')}`]
      : []),
  ];
}

async function deprecatedLines({ connection, signal }: PromptContext, target: Version): Promise<string[]> {
  const found = await requestedDeprecatedApis(connection.client, signal);
  const lines = found.map(({ what, removedIn }) => {
    if (!removedIn) return `${what}: deprecated, no removal set`;
    return `${what}: removed in ${removedIn}${stepsBetween(parseVersion(removedIn), target) >= 0 ? ', GONE at the target' : ''}`;
  });
  return [
    ...(lines.length > 0
      ? top(
          lines.sort((a, b) => Number(b.includes('GONE')) - Number(a.includes('GONE'))),
          15,
        )
      : ['none']),
    'Counted by one API server since it started; who asked is in its audit log (annotation k8s.io/deprecated).',
  ];
}

async function previewLines({ connection }: PromptContext): Promise<string[]> {
  const { resources } = await connection.discovery.kinds(true);
  const preview = [...new Set(resources.filter(({ version }) => /^v\d+(alpha|beta)/.test(version)).map(apiVersionOf))];
  const isOwn = (apiVersion: string) => /^[a-z]+\/|\.k8s\.io\//.test(apiVersion) && !apiVersion.includes('.x-k8s.io');
  const own = preview.filter(isOwn);
  const others = preview.filter((apiVersion) => !isOwn(apiVersion));
  return [
    ...(own.length > 0 ? [`Kubernetes: ${top(own, 20).join(', ')}`] : []),
    ...(others.length > 0 ? [`Extensions: ${top(others, 20).join(', ')}`] : []),
  ];
}

async function drainLines(context: PromptContext): Promise<string[]> {
  const [budgets, pods, deployments, statefulSets] = await Promise.all([
    listObjects<Budget>(context, kinds.budgets),
    listRows(context, kinds.pods),
    listRows(context, kinds.deployments),
    listRows(context, kinds.statefulSets),
  ]);
  const blocking = budgets.flatMap(budgetTrouble);
  const bare = pods.filter((row) => !controllerOf({ metadata: row.metadata }) && !hasCompleted(row)).map(placeOf);
  const single = [...deployments, ...statefulSets].filter((row) => row.cell('ready').endsWith('/1')).map(placeOf);
  return [
    `${budgets.length} PodDisruptionBudgets, ${blocking.length} allow no disruption now`,
    ...top(blocking, 10),
    `${bare.length} pods without a controller, lost when drained${bare.length > 0 ? `: ${top(bare, 5).join(', ')}` : ''}`,
    `${single.length} workloads with one replica, down while it moves${single.length > 0 ? `: ${top(single, 10).join(', ')}` : ''}`,
  ];
}

function budgetTrouble(budget: Budget): string[] {
  const { metadata = {}, status = {} } = budget;
  const { disruptionsAllowed, expectedPods = 0, currentHealthy = 0, desiredHealthy } = status;
  if (disruptionsAllowed !== 0) return [];
  const title = `PodDisruptionBudget ${placeOf(metadata)} allows no disruption:`;
  const failed = conditionOf(budget, 'DisruptionAllowed');
  if (failed?.reason === 'SyncFailed') return [`${title} ${failed.message}`];
  if (expectedPods > 0) return [`${title} ${currentHealthy} of ${expectedPods} pods healthy, ${desiredHealthy} needed`];
  // A percentage of pods without a scalable controller cannot be computed, so none of them may be evicted.
  return currentHealthy > 0 ? [`${title} its ${currentHealthy} pods have no controller that scales them`] : [];
}

async function webhookLines(context: PromptContext): Promise<string[]> {
  const found = await Promise.all(
    [kinds.validatingWebhooks, kinds.mutatingWebhooks].map((kind) => listObjects<Webhooks>(context, kind)),
  );
  const closed = found.flatMap((configurations) =>
    configurations.flatMap(({ metadata, webhooks = [] }) => {
      const failing = webhooks.filter(({ failurePolicy = 'Fail' }) => failurePolicy === 'Fail');
      const services = new Set(
        failing.map(({ clientConfig }) => (clientConfig?.service ? placeOf(clientConfig.service) : 'a URL')),
      );
      return failing.length > 0 ? [`${metadata?.name}: served by ${[...services].join(', ')}`] : [];
    }),
  );
  return top(closed, 10);
}
