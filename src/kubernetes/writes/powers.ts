import { groupIn } from '../apimachinery/api-resource.ts';
import { objectsAt } from '../apimachinery/fields.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { certificateDangers } from './certificate-dangers.ts';
import type { Change } from './change.ts';
import { type Danger, danger } from './danger.ts';
import { isOnNode } from './node-access.ts';
import { accountsIn, containersOf, isOwnToken, podSpecsIn, type Reference, referencesIn } from './pod-specs.ts';
import { EVERYTHING, type Reach, reachOfRules, texts } from './reach.ts';

/** What an object does for anyone other than its writer. */
interface Powers {
  dangers: Danger[];
  reach: Reach[];
}

type Reader = (object: KubernetesObject, change: Pick<Change, 'namespace' | 'subresource' | 'before'>) => Powers;

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

/** By group and kind. Pods and workloads are recognized by their pod specs. */
const READERS: Record<string, Reader> = {
  [`${RBAC}/Role`]: (role, { namespace }) => ofRole(role, `namespace ${namespace}`),
  [`${RBAC}/ClusterRole`]: (role) => ofRole(role, 'the whole cluster'),
  [`${RBAC}/RoleBinding`]: (binding, { namespace }) => ofBinding(binding, `namespace ${namespace}`),
  [`${RBAC}/ClusterRoleBinding`]: (binding) => ofBinding(binding, 'the whole cluster'),
  [`${ADMISSION}/MutatingWebhookConfiguration`]: (webhooks) => ofWebhooks(webhooks, 'webhookChanges'),
  [`${ADMISSION}/ValidatingWebhookConfiguration`]: (webhooks) => ofWebhooks(webhooks, 'webhookJudges'),
  [`${ADMISSION}/ValidatingAdmissionPolicy`]: ofPolicy,
  [`${ADMISSION}/MutatingAdmissionPolicy`]: ofPolicy,
  [`${ADMISSION}/ValidatingAdmissionPolicyBinding`]: ofPolicyBinding,
  [`${ADMISSION}/MutatingAdmissionPolicyBinding`]: ofPolicyBinding,
  'apiregistration.k8s.io/APIService': ofApiService,
  'apiextensions.k8s.io/CustomResourceDefinition': ofDefinition,
  'certificates.k8s.io/CertificateSigningRequest': ofCertificateRequest,
  'scheduling.k8s.io/PriorityClass': ({ value, globalDefault }) =>
    marks(danger('displaces', globalDefault === true ? `${value}, for all pods without a class` : String(value))),
  '/Namespace': ofNamespace,
  '/Secret': ofSecret,
};

/** What a user must know about an object that acts for others. */
export function powersOf(change: Change): Danger[] {
  const { after } = change;
  if (!after) return [];
  return [...(readerOf(after)?.(after, change).dangers ?? []), ...podSpecsIn(after).flatMap(ofPod)];
}

/** What an object reaches because of a change. */
export interface NewReach {
  reach: Reach[];
  references: Reference[];
  /** The role it grants to others. */
  role: JsonObject | undefined;
  /** The ServiceAccounts whose tokens its pods hold. */
  accounts: string[];
  /** The policy that it puts into force, with what that reads. */
  policy: PolicyName | undefined;
}

/** An admission policy. */
export interface PolicyName {
  kind: string;
  name: string;
}

/** What the object reaches after the change that it did not reach before, or not together with what the change adds. */
export function newReach(change: Change): NewReach {
  const { before, after } = change;
  if (!after) return { reach: [], references: [], role: undefined, accounts: [], policy: undefined };
  const read = readerOf(after);
  const isSame = isUnchanged(change);
  const reach = read && !isSame ? read(after, change).reach : [];
  const known = before ? referencesIn(before) : [];
  const specs = before ? podSpecsIn(before) : [];
  // A pod that reads a Secret can leak it once it runs something else.
  const changed = podSpecsIn(after).filter((spec) => !specs.some((old) => deepEqual(old, spec)));
  const fresh = referencesIn(after).filter((reference) => !known.some((one) => deepEqual(one, reference)));
  const isBinding = /^(Cluster)?RoleBinding$/.test(String(after.kind)) && groupOf(after) === RBAC;
  return {
    reach: changed.some(isOnNode) ? [...reach, EVERYTHING] : reach,
    references: isBinding ? [] : [...fresh, ...changed.flatMap((spec) => referencesIn({ spec }))],
    role: isBinding && isObject(after.roleRef) && !isSame ? after.roleRef : undefined,
    accounts: [
      ...new Set([
        ...changed.map(({ serviceAccountName, serviceAccount }) =>
          String(serviceAccountName || serviceAccount || 'default'),
        ),
        ...(isSame ? [] : accountsIn(after)),
      ]),
    ],
    policy: isSame ? undefined : policyOf(after),
  };
}

function readerOf(object: KubernetesObject): Reader | undefined {
  const key = `${groupOf(object)}/${object.kind}`;
  return Object.hasOwn(READERS, key) ? READERS[key] : undefined;
}

function marks(...dangers: Danger[]): Powers {
  return { dangers, reach: [] };
}

function ofRole(role: KubernetesObject, place: string): Powers {
  const rules = objectsAt(role.rules);
  const dangers = rules.map((rule) => {
    const urls = texts(rule.nonResourceURLs);
    const names = texts(rule.resourceNames);
    const groups = texts(rule.apiGroups).filter(Boolean);
    const what = [...texts(rule.resources), ...urls].join(', ');
    const which = `${what}${groups.length > 0 ? ` of ${groups.join(', ')}` : ''}${names.length > 0 ? ` called ${names.join(', ')}` : ''}`;
    return danger('grants', texts(rule.verbs).join(', '), which, place);
  });
  const adds = Object.keys(role.metadata?.labels ?? {}).filter((label) => label.startsWith(`${RBAC}/aggregate-to-`));
  const collects = isObject(role.aggregationRule)
    ? JSON.stringify(role.aggregationRule.clusterRoleSelectors ?? [])
    : undefined;
  return {
    dangers: [
      ...dangers,
      ...adds.map((label) => danger('adds', label)),
      ...(collects === undefined ? [] : [danger('collects', collects)]),
    ],
    reach: collects === undefined ? reachOfRules(rules) : [EVERYTHING],
  };
}

function ofBinding(binding: KubernetesObject, place: string): Powers {
  const subjects = objectsAt(binding.subjects).map(
    ({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`,
  );
  const role = isObject(binding.roleRef) ? `${binding.roleRef.kind} ${binding.roleRef.name}` : '?';
  return marks(danger('binds', subjects.join(', ') || 'nobody', role, place));
}

function ofWebhooks(configuration: KubernetesObject, kind: 'webhookChanges' | 'webhookJudges'): Powers {
  const webhooks = objectsAt(configuration.webhooks);
  return {
    dangers: webhooks.flatMap(({ clientConfig, rules }) =>
      objectsAt(rules).map((rule) =>
        danger(kind, serviceText(clientConfig), texts(rule.operations).join(', '), rulesText(rule)),
      ),
    ),
    reach: webhooks.flatMap(({ rules }) => objectsAt(rules).map(reachOfRule)),
  };
}

function ofPolicy(policy: KubernetesObject): Powers {
  const { spec } = policy;
  const constraints = isObject(spec) && isObject(spec.matchConstraints) ? spec.matchConstraints : {};
  const rules = objectsAt(constraints.resourceRules);
  return {
    dangers: [
      ...rules.map((rule) => danger('policyRules', texts(rule.operations).join(', '), rulesText(rule))),
      ...paramKindIn(policy).map(({ kind = '?' }) => danger('policyReads', kind)),
    ],
    reach: rules.map(reachOfRule),
  };
}

/** What an admission policy reads for its decisions because of a change. */
export function readsOfPolicy(change: Change): Reference[] {
  const { after } = change;
  const isPolicy = after && groupOf(after) === ADMISSION && /AdmissionPolicy$/.test(String(after.kind));
  return isPolicy && !isUnchanged(change) ? paramKindIn(after) : [];
}

/** The kind of the parameters that an admission policy reads. */
export function paramKindIn({ spec }: KubernetesObject): Reference[] {
  const paramKind = isObject(spec) ? spec.paramKind : undefined;
  if (!isObject(paramKind)) return [];
  return [{ kind: String(paramKind.kind), group: groupIn(String(paramKind.apiVersion ?? '')), name: '…' }];
}

function ofPolicyBinding({ spec }: KubernetesObject): Powers {
  return marks(danger('policyInForce', String(isObject(spec) ? spec.policyName : '?')));
}

function policyOf(binding: KubernetesObject): PolicyName | undefined {
  const { kind = '', spec } = binding;
  if (groupOf(binding) !== ADMISSION || !/AdmissionPolicyBinding$/.test(kind) || !isObject(spec)) return undefined;
  return { kind: kind.replace(/Binding$/, ''), name: String(spec.policyName) };
}

function ofApiService({ spec }: KubernetesObject): Powers {
  const { group = '', version, service } = isObject(spec) ? spec : {};
  const { namespace, name } = isObject(service) ? service : {};
  const text = service ? `Service ${namespace}/${name}` : 'the API server';
  return {
    dangers: [danger('answersRequests', text, `${group}/${version}`)],
    reach: [{ groups: [String(group)], resources: ['*'] }],
  };
}

function ofDefinition({ spec }: KubernetesObject): Powers {
  const { group, names, conversion } = isObject(spec) ? spec : {};
  const { kind, plural } = isObject(names) ? names : {};
  const what = `${kind} (${plural}.${group})`;
  const webhook = isObject(conversion) && isObject(conversion.webhook) ? conversion.webhook.clientConfig : undefined;
  return {
    dangers: [danger('definesKind', what), ...(webhook ? [danger('converts', serviceText(webhook), what)] : [])],
    reach: [{ groups: [String(group)], resources: [String(plural)] }],
  };
}

function ofCertificateRequest(
  request: KubernetesObject,
  { subresource, before }: Pick<Change, 'subresource' | 'before'>,
): Powers {
  const { signerName } = isObject(request.spec) ? request.spec : {};
  if (subresource !== 'approval') return marks(danger('asksCertificate', String(signerName)));
  return {
    dangers: certificateDangers(request, before),
    // The request determines the identity of the certificate, which may be anyone's.
    reach: /kube-apiserver-client/.test(String(signerName)) ? [EVERYTHING] : [],
  };
}

function ofNamespace({ metadata }: KubernetesObject, { before }: Pick<Change, 'before'>): Powers {
  const [labels, old] = [metadata?.labels ?? {}, before?.metadata?.labels ?? {}];
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(old)])].filter(
    (name) => labels[name] !== old[name] && name !== 'kubernetes.io/metadata.name',
  );
  return marks(
    ...(changed.length > 0
      ? [danger('namespaceLabels', changed.map((name) => `${name}=${labels[name] ?? ''}`).join(', '))]
      : []),
  );
}

function ofSecret({ type, metadata }: KubernetesObject): Powers {
  if (type !== 'kubernetes.io/service-account-token') return marks();
  const account = metadata?.annotations?.['kubernetes.io/service-account.name'] ?? '?';
  return { dangers: [danger('tokenFor', account)], reach: [{ groups: [''], resources: ['serviceaccounts'] }] };
}

const SHARED = ['hostNetwork', 'hostPID', 'hostIPC'];

function ofPod(spec: JsonObject): Danger[] {
  const shared = SHARED.filter((field) => spec[field] === true);
  const ports = containersOf(spec).flatMap(({ ports }) =>
    objectsAt(ports).flatMap(({ hostPort }) => (hostPort ? `hostPort ${hostPort}` : [])),
  );
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  const volumes = objectsAt(spec.volumes).filter((volume) => !isOwnToken(volume));
  const paths = volumes.flatMap(({ hostPath }) => (isObject(hostPath) ? String(hostPath.path) : []));
  const tokens = volumes
    .flatMap(({ projected }) => (isObject(projected) ? objectsAt(projected.sources) : []))
    .some(({ serviceAccountToken }) => isObject(serviceAccountToken));
  const secrets = referencesIn({ spec }).flatMap(({ plural, name }) => (plural === 'secrets' ? name : []));
  return [
    ...containersOf(spec).flatMap(ofContainer),
    ...unconfined(spec.securityContext, 'all'),
    ...(shared.length + ports.length > 0 ? [danger('onHost', [...shared, ...ports].join(', '))] : []),
    ...paths.map((path) => danger('hostPath', path)),
    ...(typeof account === 'string' && account !== '' && account !== 'default' ? [danger('actsAs', account)] : []),
    ...(tokens ? [danger('tokenFor', String(account ?? 'default'))] : []),
    ...[...new Set(secrets)].map((name) => danger('readsSecret', name)),
  ];
}

function ofContainer({ name, securityContext }: JsonObject): Danger[] {
  const context = isObject(securityContext) ? securityContext : {};
  return [
    ...(context.privileged === true ? [danger('privileged', String(name))] : []),
    ...unconfined(context, String(name)),
  ];
}

function unconfined(securityContext: unknown, name: string): Danger[] {
  if (!isObject(securityContext)) return [];
  const {
    capabilities,
    procMount,
    allowPrivilegeEscalation,
    seccompProfile,
    appArmorProfile,
    windowsOptions,
    runAsUser,
  } = securityContext;
  const added = isObject(capabilities) ? texts(capabilities.add) : [];
  const type = (profile: unknown) => (isObject(profile) ? profile.type : undefined);
  const ways = [
    ...added.map((capability) => `capability ${capability}`),
    ...(procMount === 'Unmasked' ? ['procMount Unmasked'] : []),
    ...(allowPrivilegeEscalation === true ? ['allowPrivilegeEscalation'] : []),
    ...(type(seccompProfile) === 'Unconfined' ? ['seccomp Unconfined'] : []),
    ...(type(appArmorProfile) === 'Unconfined' ? ['AppArmor Unconfined'] : []),
    ...(isObject(windowsOptions) && windowsOptions.hostProcess === true ? ['hostProcess'] : []),
    ...(runAsUser === 0 ? ['runs as root'] : []),
  ];
  return ways.length > 0 ? [danger('unconfined', name, ways.join(', '))] : [];
}

function reachOfRule(rule: JsonObject): Reach {
  return { groups: texts(rule.apiGroups), resources: texts(rule.resources) };
}

function rulesText(rule: JsonObject): string {
  const groups = texts(rule.apiGroups).filter(Boolean);
  return `${texts(rule.resources).join(', ')}${groups.length > 0 ? ` of ${groups.join(', ')}` : ''}`;
}

function serviceText(config: unknown): string {
  const { service, url } = isObject(config) ? config : {};
  return isObject(service) ? `Service ${service.namespace}/${service.name}` : String(url ?? '?');
}

function isUnchanged({ subresource, before, after }: Change): boolean {
  return subresource === undefined && deepEqual(ownPart(before), ownPart(after));
}

function ownPart(object: KubernetesObject | undefined): JsonObject | undefined {
  if (!object) return undefined;
  const { metadata, status: _, ...rest } = object;
  return { ...rest, labels: metadata?.labels, annotations: metadata?.annotations };
}

function groupOf({ apiVersion = '' }: KubernetesObject): string {
  return groupIn(apiVersion);
}
