import type { Binding } from '../../access/rbac.ts';
import { conditionOf, conditionsOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { objectsAt, textAt } from '../../apimachinery/fields.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { conditionText, isTrouble } from '../facts/condition-findings.ts';
import {
  about,
  cause,
  type Finding,
  firstOf,
  moreAbout,
  ranked,
  risk,
  someOf,
  symptom,
  within,
} from '../facts/finding.ts';
import { type Lookup, members, namesOf } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import { placeOf, type Row, rowsOf } from '../facts/rows.ts';
import type { Node } from '../facts/types.ts';
import { type Autoscaler, autoscalerReport } from './autoscalers.ts';
import { FLUX_SOURCES, HELM_RELEASES, KUSTOMIZATIONS } from './flux.ts';
import { type Ingress, routesOf } from './ingresses.ts';
import { nodeFindings } from './nodes.ts';
import { type Quota, quotaReport } from './quotas.ts';
import { expiringCertificates } from './secrets.ts';
import { API_SERVER } from './services.ts';
import { type WebhookConfiguration, webhookFindings } from './webhooks.ts';

const NAMES = 4;
const EACH = 4;
const WEBHOOKS = 40;

/** Kinds of operators whose conditions tell the health of their objects. */
const CUSTOM = [
  'certificates.cert-manager.io',
  'clusterissuers.cert-manager.io',
  KUSTOMIZATIONS,
  HELM_RELEASES,
  ...FLUX_SOURCES,
  'scaledobjects.keda.sh',
  'services.serving.knative.dev',
  'gateways.gateway.networking.k8s.io',
];
const APPLICATIONS = 'applications.argoproj.io';

/** The nodes with problems, and the number of nodes. */
export async function clusterNodes(lookup: Lookup): Promise<{ summary: Message; findings: Finding[] }> {
  const nodes = await lookup.list<Node>(kinds.nodes, undefined);
  if (nodes === 'unknown') return { summary: say`nodes unknown`, findings: [] };
  const ready = nodes.filter((node) => isConditionTrue(node, 'Ready')).length;
  // Taints divide a cluster on purpose.
  const all = nodes.flatMap((node) =>
    nodeFindings(node)
      .filter(({ message }) => !/taints/.test(message.template))
      .map((finding) => {
        const name = node.metadata?.name ?? '';
        return about(kinds.nodes, { namespace: undefined, name }, within(say`node ${name}`, finding));
      }),
  );
  const count = nodes.length === 1 ? say`1 node, ${ready} ready` : say`${nodes.length} nodes, ${ready} ready`;
  return {
    summary: count,
    findings: firstOf(all, EACH, moreAbout(kinds.nodes.name)),
  };
}

const WEBHOOK_KINDS = [kinds.validatingWebhooks, kinds.mutatingWebhooks];

/** API server extensions: APIServices, webhooks, CustomResourceDefinitions. */
export async function clusterExtensions(lookup: Lookup): Promise<Finding[]> {
  const [services, definitions, ...configurations] = await Promise.all([
    rowsOf(kinds.apiServices, undefined, lookup),
    rowsOf(kinds.definitions, undefined, lookup),
    ...WEBHOOK_KINDS.map((kind) => lookup.list<WebhookConfiguration>(kind, undefined)),
  ]);
  const down = rows(services).filter((row) => row.cell('available') !== 'True');
  const webhooks = configurations.flatMap((list, index) =>
    members(list).flatMap(({ metadata, webhooks: own = [] }) =>
      own.map((webhook) => ({ kind: WEBHOOK_KINDS[index], name: metadata?.name ?? '', webhook })),
    ),
  );
  const found = await Promise.all(
    webhooks.slice(0, WEBHOOKS).map(async ({ kind, name, webhook }) =>
      (await webhookFindings(webhook, lookup)).map((finding) => {
        const named = within(name, finding);
        return kind ? about(kind, { namespace: undefined, name }, named) : named;
      }),
    ),
  );
  const deleted = rows(definitions).filter(({ metadata }) => metadata.deletionTimestamp);
  return [
    ...down
      .slice(0, EACH)
      .map((row) =>
        about(
          kinds.apiServices,
          row,
          cause(say`APIService ${row.name} is not available: ${row.cell('available')} ${row.cell('service')}`),
        ),
      ),
    ...firstOf(found.flat(), EACH, moreAbout('webhooks')),
    ...(webhooks.length > WEBHOOKS ? [risk(say`${webhooks.length - WEBHOOKS} more webhooks were not looked at`)] : []),
    ...(deleted.length > 0
      ? [symptom(say`CustomResourceDefinitions that are being deleted: ${someOf(deleted.map(placeOf), NAMES)}`)]
      : []),
  ];
}

/** What waits for approval, is bound to nothing, is being deleted, or is used up. */
export async function clusterAccess(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const [requests, namespaces, quotas, budgets, certificates, bindings] = await Promise.all([
    rowsOf(kinds.certificateRequests, undefined, lookup),
    lookup.names(kinds.namespaces, undefined),
    lookup.list<Quota>(kinds.quotas, namespace),
    rowsOf(kinds.budgets, namespace, lookup),
    expiringCertificates(namespace, lookup),
    bindingFindings(namespace, lookup),
  ]);
  const pending = rows(requests).filter((row) => row.cell('condition') === 'Pending');
  const ending = members(namespaces).filter(({ metadata }) => metadata?.deletionTimestamp);
  const full = members(quotas).flatMap((quota) =>
    quotaReport(quota)
      .findings.filter(({ level }) => level === 'cause')
      .map(({ message }) => {
        const { name = '', namespace: own } = quota.metadata ?? {};
        return about(kinds.quotas, { namespace: own, name }, risk(say`ResourceQuota ${own}/${name}: ${message}`));
      }),
  );
  const shut = rows(budgets).filter((row) => row.cell('allowed disruptions') === '0');
  return [
    ...(pending.length > 0
      ? [
          cause(
            say`${pending.length} CertificateSigningRequests wait for approval: ${someOf(
              pending.map((row) => `${row.name} (${row.cell('signername')})`),
              NAMES,
            )}`,
          ),
        ]
      : []),
    ...(ending.length > 0
      ? [symptom(say`namespaces that are being deleted, and left out here: ${someOf(namesOf(ending), NAMES)}`)]
      : []),
    ...firstOf(certificates, EACH, moreAbout('certificates')),
    ...firstOf(bindings, EACH, (count) => say`${count} more bindings give a role that does not exist`),
    ...firstOf(full, EACH, moreAbout(kinds.quotas.name)),
    ...(shut.length > 0
      ? [risk(say`PodDisruptionBudgets that allow 0 disruptions: ${someOf(shut.map(placeOf), NAMES)}`)]
      : []),
  ];
}

/** Services without endpoints, and references to Services that do not exist. */
export async function clusterRoutes(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const [services, slices, ingresses] = await Promise.all([
    rowsOf(kinds.services, namespace, lookup),
    rowsOf(kinds.endpointSlices, namespace, lookup),
    lookup.list<Ingress>(kinds.ingresses, namespace),
  ]);
  if (services === 'unknown') return [];
  const served = new Set(
    rows(slices)
      .filter((row) => row.cell('endpoints') !== '<unset>')
      .map((row) => `${row.namespace}/${row.metadata.labels?.['kubernetes.io/service-name']}`),
  );
  const unserved =
    slices === 'unknown'
      ? []
      : services.filter((row) => row.cell('type') !== 'ExternalName' && !served.has(placeOf(row)));
  const dead = unserved.filter((row) => row.cell('selector') !== '<none>');
  const bare = unserved.filter((row) => row.cell('selector') === '<none>' && placeOf(row) !== API_SERVER);
  const names = new Set(services.map(placeOf));
  const lost = members(ingresses).flatMap((ingress) =>
    routesOf(ingress).flatMap(({ route, backend }) => {
      const name = backend.service?.name;
      const place = `${ingress.metadata?.namespace}/${name}`;
      return name === undefined || names.has(place)
        ? []
        : [
            about(
              kinds.ingresses,
              { namespace: ingress.metadata?.namespace, name: ingress.metadata?.name ?? '' },
              cause(
                say`Ingress ${ingress.metadata?.namespace}/${ingress.metadata?.name}: ${route} leads to Service "${name}", which does not exist`,
              ),
            ),
          ];
    }),
  );
  return [
    ...firstOf(lost, EACH, (count) => say`${count} more routes of Ingresses lead nowhere`),
    ...dead
      .slice(0, 1)
      .map((first) =>
        about(
          kinds.services,
          first,
          symptom(say`Services with a selector and without endpoints: ${someOf(dead.map(placeOf), NAMES)}`),
        ),
      ),
    ...bare
      .slice(0, 1)
      .map((first) =>
        about(
          kinds.services,
          first,
          symptom(say`Services without a selector and without endpoints: ${someOf(bare.map(placeOf), NAMES)}`),
        ),
      ),
  ];
}

/** Autoscalers that cannot scale, by their conditions. */
export async function clusterAutoscalers(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const stuck = members(await lookup.list<Autoscaler>(kinds.autoscalers, namespace)).filter((autoscaler) =>
    ['AbleToScale', 'ScalingActive'].some((type) => {
      const condition = conditionOf(autoscaler, type);
      return condition?.status === 'False' && condition.reason !== 'ScalingDisabled';
    }),
  );
  const found = await Promise.all(
    stuck.slice(0, EACH).map(async (autoscaler) => {
      const { name = '', namespace: place } = autoscaler.metadata ?? {};
      const [finding] = ranked((await autoscalerReport(autoscaler, lookup)).findings);
      const what = `HorizontalPodAutoscaler ${placeOf({ namespace: place, name })}`;
      return finding ? [about(kinds.autoscalers, { namespace: place, name }, within(what, finding))] : [];
    }),
  );
  const rest = stuck.length - EACH;
  return [...found.flat(), ...(rest > 0 ? [symptom(say`${rest} more ${kinds.autoscalers.name} cannot scale`)] : [])];
}

/** Objects of operators that report not being ready. */
export async function clusterCustomResources(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const found = await Promise.all([
    ...CUSTOM.map((name) => unready(name, namespace, lookup)),
    applications(namespace, lookup),
  ]);
  return found.flat();
}

async function unready(resourceName: string, namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const resource = await lookup.served(resourceName);
  if (!resource || (namespace !== undefined && !resource.namespaced)) return [];
  const objects = members(await lookup.list(resource, namespace));
  const bad = objects.flatMap((object) => {
    const trouble = conditionsOf(object).find((condition) => isTrouble(condition, resourceName));
    const { namespace: place, name = '' } = object.metadata ?? {};
    return trouble
      ? [
          about(
            resource,
            { namespace: place, name },
            within(`${resource.kind} ${placeOf({ namespace: place, name })}`, cause(say`${conditionText(trouble)}`)),
          ),
        ]
      : [];
  });
  return firstOf(bad, EACH, (count) => say`${count} more ${resource.name} are not ready`);
}

async function applications(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const resource = await lookup.served(APPLICATIONS);
  if (!resource) return [];
  const bad = members(await lookup.list(resource, namespace)).flatMap((object) => {
    const health = textAt(object, 'status', 'health', 'status') ?? 'Unknown';
    const sync = textAt(object, 'status', 'sync', 'status') ?? 'Unknown';
    const [complaint] = objectsAt(object, 'status', 'conditions').flatMap((one) => textAt(one, 'message') ?? []);
    const text = say`Application ${object.metadata?.namespace}/${object.metadata?.name}: ${sync}, ${health}${complaint ? say`: ${complaint}` : ''}`;
    return (sync === 'Synced' || sync === 'OutOfSync') && /^(Healthy|Progressing)$/.test(health) && !complaint
      ? []
      : [about(resource, { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' }, cause(text))];
  });
  return firstOf(bad, EACH, (count) => say`${count} more Applications are not healthy`);
}

/** Bindings of roles that do not exist; of a namespace, its own. */
export async function bindingFindings(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const [bindings, ofCluster, roles, clusterRoles] = await Promise.all([
    lookup.list<Binding>(kinds.roleBindings, namespace),
    namespace === undefined
      ? lookup.list<Binding>(kinds.clusterRoleBindings, undefined)
      : Promise.resolve<Binding[]>([]),
    lookup.names(kinds.roles, namespace),
    lookup.names(kinds.clusterRoles, undefined),
  ]);
  const known = new Set([
    ...members(roles).map(({ metadata }) => `Role ${metadata?.namespace}/${metadata?.name}`),
    ...members(clusterRoles).map(({ metadata }) => `ClusterRole ${metadata?.name}`),
  ]);
  return [...members(bindings), ...members(ofCluster)].flatMap(({ roleRef, metadata }) => {
    const isCluster = roleRef?.kind === 'ClusterRole';
    if ((isCluster ? clusterRoles : roles) === 'unknown') return [];
    if (known.has(isCluster ? `ClusterRole ${roleRef.name}` : `Role ${metadata?.namespace}/${roleRef?.name}`))
      return [];
    const kind = metadata?.namespace ? 'RoleBinding' : 'ClusterRoleBinding';
    const place = placeOf({ namespace: metadata?.namespace, name: metadata?.name ?? '' });
    return [risk(say`${kind} ${place} gives ${roleRef?.kind} "${roleRef?.name}", which does not exist`)];
  });
}

function rows(list: Row[] | 'unknown'): Row[] {
  return list === 'unknown' ? [] : list;
}
