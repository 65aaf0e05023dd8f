import { textAt } from '../../apimachinery/fields.ts';
import { selectorText } from '../../apimachinery/label-selector.ts';
import { ownValue } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { longRunning } from '../../workloads/containers.ts';
import { hasEnded, isActive } from '../../workloads/pods.ts';
import { isHeadless, targetOf } from '../../workloads/ports.ts';
import { cause, type Finding, merged, type Report, risk, someOf, symptom } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Filling, listed, type Message, say } from '../facts/message.ts';
import { DEFAULT_PROTOCOL, portNumbers } from '../facts/network.ts';
import { isHealthy } from '../facts/pod-state.ts';
import type { EndpointSlice, Pod, Service, ServicePort, Workload } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { blockedFindings } from './network-policies.ts';
import { podsReport, podsSection } from './workloads.ts';

const UNTOUCHED = say`no controller of load balancers has acted on it`;
/** The API server fills its own Service, and whoever reads this has reached it. */
export const API_SERVER = 'default/kubernetes';
const WITHOUT_SELECTOR = say`it has no endpoints: it has no selector, and nobody has made an EndpointSlice for it`;

/** The problems of a Service: why it has no endpoints, or not the expected ones. */
export async function serviceReport(service: Service, lookup: Lookup): Promise<Report> {
  const { spec, metadata } = service;
  const selector = spec?.selector ?? {};
  if (spec?.type === 'ExternalName')
    return {
      summary: `ExternalName: an alias in DNS of ${textAt(service, 'spec', 'externalName')}, without endpoints`,
      findings: [],
      unseen: say`whether that name resolves, and who answers there, is not known here`,
    };
  const labelSelector = selectorText(selector);
  const [slices, matching, warnings] = await Promise.all([
    lookup.list<EndpointSlice>(kinds.endpointSlices, metadata?.namespace, {
      labelSelector: `kubernetes.io/service-name=${metadata?.name}`,
    }),
    labelSelector ? lookup.list<Pod>(kinds.pods, metadata?.namespace, { labelSelector }) : Promise.resolve([]),
    warningsOf(service, 'Service', lookup),
  ]);
  const pods = members(matching);
  const endpoints = members(slices).flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  // Pods that are not ready may be published all the same.
  const isServed =
    slices === 'unknown'
      ? pods.some((pod) => isServing(pod) || (spec?.publishNotReadyAddresses && isActive(pod)))
      : ready > 0;
  const [ofPods, network] = await Promise.all([
    podsReport(isServed ? pods.filter(isActive) : pods, lookup),
    blockedFindings(spec ?? {}, pods, metadata?.namespace, lookup),
  ]);
  const findings = isServed
    ? []
    : await endpointFindings(service, matching, slices === 'unknown' ? undefined : endpoints.length, lookup);
  const others = outwardFindings(service, pods, warnings[0]?.message);
  const count = slices === 'unknown' ? '' : `, ${ready} of ${endpoints.length} endpoints ready`;
  const ports = (spec?.ports ?? []).map(
    (port) => `${port.name ? `${port.name} ` : ''}${port.port}→${targetOf(spec ?? {}, port)}`,
  );
  return {
    ...merged(`${spec?.type ?? 'ClusterIP'}${count}, ports ${ports.join(', ')}`, [
      { findings },
      ofPods,
      { findings: [...network.findings, ...others], warnings },
    ]),
    children: [...(pods.length > 0 ? [podsSection(pods)] : []), ...network.sections],
  };
}

/** Why none of its endpoints is ready: `endpoints` is how many there are, undefined if that is not known. */
async function endpointFindings(
  service: Service,
  found: Pod[] | 'unknown',
  endpoints: number | undefined,
  lookup: Lookup,
): Promise<Finding[]> {
  const selector = service.spec?.selector ?? {};
  const labels = selectorText(selector);
  if (!labels) {
    if (endpoints === undefined) return [];
    return [endpoints === 0 ? cause(WITHOUT_SELECTOR) : symptom(say`none of its ${endpoints} endpoints is ready`)];
  }
  if (found === 'unknown')
    return endpoints === undefined ? [] : [symptom(say`none of its endpoints is ready, and its pods are not known`)];
  if (found.length === 0) return [cause(await unmatchedText(service, selector, lookup))];
  if (found.some(isServing))
    return [symptom(say`it has no endpoints yet for the ready pods that its selector ${labels} matches`)];
  const ended = found.filter(hasEnded).length;
  const ending = found.filter((pod) => !isActive(pod)).length - ended;
  const parts = [ended > 0 ? say`${ended} ended` : '', ending > 0 ? say`${ending} being deleted` : ''];
  const why = listed(parts);
  return [
    symptom(
      say`it has no endpoints: none of the ${found.length} pods that its selector ${labels} matches is ready${why ? say` (${why})` : ''}`,
    ),
  ];
}

// Only these become endpoints that are ready.
function isServing(pod: Pod): boolean {
  return isActive(pod) && isHealthy(pod);
}

/** What is wrong with a Service whose pods and endpoints are known, beside a lack of ready ones. */
export function plainFindings(service: Service, pods: readonly Pod[], hasEndpoints: boolean): Finding[] {
  const { metadata, spec } = service;
  if (spec?.type === 'ExternalName' || `${metadata?.namespace}/${metadata?.name}` === API_SERVER) return [];
  const bare = !selectorText(spec?.selector ?? {}) && !hasEndpoints ? [cause(WITHOUT_SELECTOR)] : [];
  return [...bare, ...outwardFindings(service, pods)];
}

function outwardFindings({ spec, status }: Service, pods: readonly Pod[], told: Filling = UNTOUCHED): Finding[] {
  const ports = (spec?.ports ?? []).flatMap((port) => portFindings(spec ?? {}, port, pods));
  if (spec?.type !== 'LoadBalancer' || status?.loadBalancer?.ingress?.length) return ports;
  return [...ports, cause(say`it has no external address: ${told}`)];
}

// Init containers have ended before a pod is an endpoint.
function portFindings(spec: object, servicePort: ServicePort, pods: readonly Pod[]): Finding[] {
  if (pods.length === 0) return [];
  const { targetPort, protocol = DEFAULT_PROTOCOL } = servicePort;
  const declared = pods.flatMap((pod) => longRunning(pod.spec ?? {})).flatMap(({ ports = [] }) => ports);
  const shown = (name: string | number, own = DEFAULT_PROTOCOL) =>
    own === DEFAULT_PROTOCOL ? `${name}` : `${name}/${own}`;
  if (typeof targetPort === 'string' && !pods.some((pod) => portNumbers(pod, targetPort, protocol).length > 0)) {
    const names = [...new Set(declared.flatMap((one) => (one.name ? shown(one.name, one.protocol) : [])))];
    const others = names.length > 0 ? say`; there are: ${someOf(names, 5)}` : say`; the containers name none`;
    return [
      cause(
        declared.some(({ name }) => name === targetPort)
          ? say`its targetPort "${targetPort}" is the name of no ${protocol} port of the containers${others}`
          : say`its targetPort "${targetPort}" is the name of no container port${others}`,
      ),
    ];
  }
  const wanted = targetOf(spec, servicePort);
  if (typeof wanted === 'string') return [];
  const isWanted = ({ containerPort, protocol: own = DEFAULT_PROTOCOL }: (typeof declared)[number]) =>
    containerPort === wanted && own === protocol;
  if (declared.length === 0 || declared.some(isWanted)) return [];
  const numbers = [...new Set(declared.map((one) => shown(one.containerPort ?? '?', one.protocol)))];
  const texts = [shown(wanted ?? '?', protocol), someOf(numbers, 5)] as const;
  return [
    risk(
      isHeadless(spec)
        ? say`it is headless, so its name leads to no targetPort, and its port ${texts[0]} is not among the ports that the containers declare: ${texts[1]}`
        : say`its targetPort ${texts[0]} is not among the ports that the containers declare: ${texts[1]}`,
    ),
  ];
}

async function unmatchedText(service: Service, selector: Record<string, string>, lookup: Lookup): Promise<Message> {
  const namespace = service.metadata?.namespace;
  const text = say`it has no endpoints: its selector ${selectorText(selector)} matches no pod in namespace ${namespace}`;
  const [pods, ...lists] = await Promise.all([
    lookup.list<Pod>(kinds.pods, namespace),
    ...[kinds.deployments, kinds.statefulSets].map((kind) => lookup.list<Workload>(kind, namespace)),
  ]);
  const idle = lists.flatMap(members).find(({ spec }) => matchesLabels(spec?.template?.metadata?.labels, selector));
  if (idle)
    return say`${text}; ${idle.metadata?.name} would make such pods but has ${idle.spec?.replicas ?? 1} replicas and no pods`;
  // The values the pods have instead, for each label of the selector that none of them matches.
  const labels = members(pods).map(({ metadata }) => metadata?.labels ?? {});
  const instead = Object.entries(selector).flatMap(([key, value]) => {
    const values = [...new Set(labels.flatMap((one) => ownValue(one, key) ?? []))];
    if (values.includes(value)) return [];
    return [values.length > 0 ? say`pods have ${key}=${someOf(values.sort(), 8)}` : say`no pod has a label ${key}`];
  });
  return say`${listed([text, ...instead])}`;
}

function matchesLabels(labels: Record<string, string> = {}, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
