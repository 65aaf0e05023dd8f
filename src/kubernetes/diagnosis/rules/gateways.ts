import { fieldAt, numberAt, objectsAt, textAt, textsAt } from '../../apimachinery/fields.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { counted } from '../../apimachinery/texts.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { conditionFindings } from '../facts/condition-findings.ts';
import { destinationFindings } from '../facts/endpoints.ts';
import { cause, type Finding, type Report, risk, someOf, symptom, within } from '../facts/finding.ts';
import { type Lookup, members, present } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';
import type { Service } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { certificateFindings } from './ingresses.ts';
import { serviceReport } from './services.ts';

const GROUP = 'gateway.networking.k8s.io';
const MAX_SHOWN = 8;

/** A Gateway: its class, its listeners with their certificates, its addresses. */
export const gatewayRule = rule([kinds.secrets], async (gateway, lookup, { kind }): Promise<Report> => {
  const listeners = objectsAt(gateway, 'spec', 'listeners');
  const [ofClass, certificates, warnings] = await Promise.all([
    classFindings(gateway, lookup),
    Promise.all(listeners.map((listener) => listenerCertificates(listener, gateway, lookup))),
    warningsOf(gateway, kind, lookup),
  ]);
  const states = objectsAt(gateway, 'status', 'listeners');
  const ofListeners = states.flatMap((state) =>
    conditionFindings(objectsAt(state, 'conditions')).map((finding) =>
      within(say`listener ${textAt(state, 'name')}`, finding),
    ),
  );
  const addresses = objectsAt(gateway, 'status', 'addresses').flatMap((address) => textAt(address, 'value') ?? []);
  const findings = [
    ...ofClass,
    ...certificates.flat(),
    ...ofListeners,
    ...conditionFindings(objectsAt(gateway, 'status', 'conditions')),
  ];
  const attached = states.reduce((sum, state) => sum + (numberAt(state, 'attachedRoutes') ?? 0), 0);
  if (states.length > 0 && attached === 0) findings.push(risk(say`no route is attached to it`));
  if (objectsAt(gateway, 'status', 'conditions').length === 0) {
    findings.push(symptom(say`it has no status: no gateway controller has acted on it`));
  }
  const lines = listeners.map(
    (one) =>
      `${textAt(one, 'name')} ${textAt(one, 'protocol')} ${numberAt(one, 'port')} ${textAt(one, 'hostname') ?? '*'}`,
  );
  return {
    summary: `class ${textAt(gateway, 'spec', 'gatewayClassName')}, ${addresses.length > 0 ? `address ${someOf(addresses)}` : 'no address'}, ${counted(attached, 'route')}`,
    findings,
    children: [{ title: 'Listeners', lines: lines.slice(0, MAX_SHOWN) }],
    warnings,
  };
});

/** An HTTPRoute or other route: its Gateways, and its backends down to the endpoints. */
export const routeRule = rule(
  [kinds.services, kinds.endpointSlices],
  async (route, lookup, { kind }): Promise<Report> => {
    const parents = objectsAt(route, 'spec', 'parentRefs');
    const backends = objectsAt(route, 'spec', 'rules').flatMap((one) => [
      ...objectsAt(one, 'backendRefs'),
      ...objectsAt(one, 'filters').flatMap((filter) => {
        const mirror = fieldAt(filter, 'requestMirror', 'backendRef');
        return isObject(mirror) ? [mirror] : [];
      }),
    ]);
    const [ofParents, ofBackends, warnings] = await Promise.all([
      Promise.all(parents.map((parent) => parentFindings(parent, route, lookup))),
      Promise.all(distinct(backends).map((backend) => backendFindings(backend, route, kind, lookup))),
      warningsOf(route, kind, lookup),
    ]);
    const states = objectsAt(route, 'status', 'parents');
    const ofStates = states.flatMap((state) =>
      conditionFindings(objectsAt(state, 'conditions')).map((finding) =>
        within(
          say`for ${textAt(state, 'parentRef', 'kind') ?? 'Gateway'} ${textAt(state, 'parentRef', 'name')}`,
          finding,
        ),
      ),
    );
    const findings = [...ofParents.flat(), ...ofBackends.flat(), ...ofStates];
    if (parents.length === 0) findings.push(cause(say`it names no parent: no Gateway serves it`));
    else if (states.length === 0) findings.push(symptom(say`it has no status: no gateway controller has acted on it`));
    const dead = objectsAt(route, 'spec', 'rules').filter(
      (one) => objectsAt(one, 'backendRefs').length === 0 && objectsAt(one, 'filters').length === 0,
    );
    if (dead.length > 0) findings.push(cause(say`${dead.length} of its rules have no backend: requests get an error`));
    const hosts = textsAt(route, 'spec', 'hostnames');
    return {
      summary: `${someOf(hosts) || 'all hosts'} through ${someOf(parents.map((parent) => textAt(parent, 'name') ?? '?')) || 'nothing'} to ${someOf(backends.map(backendText), 5) || 'nothing'}`,
      findings,
      warnings,
    };
  },
);

/** For kinds that only need the condition `Accepted`. */
export const gatewayClassRule = rule([], (gatewayClass): Report => {
  const conditions = objectsAt(gatewayClass, 'status', 'conditions');
  const controller = textAt(gatewayClass, 'spec', 'controllerName') ?? '?';
  const accepted = conditions.some(({ type, status }) => type === 'Accepted' && status === 'True');
  const findings = conditionFindings(conditions);
  if (!accepted && findings.length === 0)
    findings.push(cause(say`controller ${controller} has not accepted it: does it run?`));
  return { summary: `controller ${controller}`, findings };
});

async function classFindings(gateway: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const name = textAt(gateway, 'spec', 'gatewayClassName') ?? '';
  const resource = await lookup.served(`gatewayclasses.${GROUP}`);
  if (!resource) return [];
  const found = await lookup.get(resource, undefined, name);
  if (found === 'absent') return [cause(say`its GatewayClass "${name}" does not exist`)];
  const conditions = objectsAt(present(found), 'status', 'conditions');
  return conditionFindings(conditions).map((finding) => within(`GatewayClass ${name}`, finding));
}

async function listenerCertificates(
  listener: JsonObject,
  gateway: KubernetesObject,
  lookup: Lookup,
): Promise<Finding[]> {
  const own = gateway.metadata?.namespace ?? '';
  const host = textAt(listener, 'hostname');
  const references = objectsAt(listener, 'tls', 'certificateRefs').filter(
    (one) => (textAt(one, 'kind') ?? 'Secret') === 'Secret',
  );
  const found = await Promise.all(
    references.map(async (reference): Promise<Finding[]> => {
      const namespace = textAt(reference, 'namespace') ?? own;
      const secretName = textAt(reference, 'name') ?? '';
      const granted = await isGranted({ kind: 'Secret', namespace, name: secretName }, 'Gateway', own, lookup);
      const refused = granted
        ? []
        : [cause(say`no ReferenceGrant in namespace ${namespace} lets it use Secret "${secretName}" from there`)];
      return [...refused, ...(await certificateFindings({ secretName, hosts: host ? [host] : [] }, namespace, lookup))];
    }),
  );
  return found.flat().map((finding) => within(say`listener ${textAt(listener, 'name')}`, finding));
}

async function parentFindings(parent: JsonObject, route: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const kind = textAt(parent, 'kind') ?? 'Gateway';
  const name = textAt(parent, 'name') ?? '';
  const namespace = textAt(parent, 'namespace') ?? route.metadata?.namespace ?? '';
  if (kind === 'Service') return destinationFindings({ namespace, name }, say`its parent is`, lookup);
  const resource = kind === 'Gateway' ? await lookup.served(`gateways.${GROUP}`) : undefined;
  if (!resource) return [];
  const gateway = await lookup.get(resource, namespace, name);
  if (gateway === 'absent') return [cause(say`its Gateway "${name}" does not exist in namespace ${namespace}`)];
  if (gateway === 'unknown') return [];
  const listeners = objectsAt(gateway, 'spec', 'listeners');
  const section = textAt(parent, 'sectionName');
  const wanted = section ? listeners.filter((one) => textAt(one, 'name') === section) : listeners;
  if (wanted.length === 0) {
    const names = listeners.map((one) => textAt(one, 'name') ?? '');
    return [cause(say`its Gateway ${name} has no listener "${section}"; it has: ${someOf(names, 5)}`)];
  }
  const open = wanted.filter((one) => admits(one, namespace, route));
  if (open.length === 0)
    return [
      cause(say`no listener of Gateway ${namespace}/${name} takes routes of namespace ${route.metadata?.namespace}`),
    ];
  const hosts = textsAt(route, 'spec', 'hostnames');
  const served = open.flatMap((one) => textAt(one, 'hostname') ?? '*');
  if (hosts.length === 0 || hosts.some((host) => served.some((other) => overlaps(host, other)))) return [];
  return [
    cause(
      say`no listener of Gateway ${name} serves its hosts ${someOf(hosts)}; they serve: ${someOf([...new Set(served)], 5)}`,
    ),
  ];
}

// The route's own status tells which namespaces a selector admits.
function admits(listener: JsonObject, namespace: string, route: KubernetesObject): boolean {
  const from = textAt(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same';
  return from !== 'Same' || route.metadata?.namespace === namespace;
}

function overlaps(a: string, b: string): boolean {
  const covers = (pattern: string, host: string) =>
    pattern === '*' || pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
  return covers(a, b) || covers(b, a);
}

async function backendFindings(
  backend: JsonObject,
  route: KubernetesObject,
  routeKind: string,
  lookup: Lookup,
): Promise<Finding[]> {
  const name = textAt(backend, 'name') ?? '';
  const own = route.metadata?.namespace ?? '';
  const namespace = textAt(backend, 'namespace') ?? own;
  if ((textAt(backend, 'kind') ?? 'Service') !== 'Service') return [];
  const granted = await isGranted({ kind: 'Service', namespace, name }, routeKind, own, lookup);
  const refused = granted
    ? []
    : [cause(say`no ReferenceGrant in namespace ${namespace} lets it send requests to Service "${name}" there`)];
  const number = numberAt(backend, 'port');
  const to = { namespace, name, ...(number === undefined ? {} : { port: { number } }) };
  const findings = await destinationFindings(to, say`it leads to`, lookup);
  if (findings.length === 0) return refused;
  // The Service's own rule explains missing endpoints.
  const service = present(await lookup.get<Service>(kinds.services, namespace, name));
  const reasons =
    service && /no ready endpoints/.test(findings[0]?.message.template ?? '')
      ? (await serviceReport(service, lookup)).findings
      : [];
  const deeper = reasons.filter(({ level }) => level === 'cause').map((finding) => within(`Service ${name}`, finding));
  return [...refused, ...deeper, ...findings];
}

/** May an object refer to one in another namespace? */
async function isGranted(
  to: { kind: string; namespace: string; name: string },
  fromKind: string,
  from: string,
  lookup: Lookup,
): Promise<boolean> {
  if (to.namespace === from) return true;
  const resource = await lookup.served(`referencegrants.${GROUP}`);
  if (!resource) return true;
  const grants = await lookup.list(resource, to.namespace);
  if (grants === 'unknown') return true;
  return members(grants).some(
    (grant) =>
      objectsAt(grant, 'spec', 'from').some((one) => one.kind === fromKind && one.namespace === from) &&
      objectsAt(grant, 'spec', 'to').some(
        (one) => one.kind === to.kind && (one.name === undefined || one.name === to.name),
      ),
  );
}

function distinct(backends: readonly JsonObject[]): JsonObject[] {
  return [
    ...new Map(
      backends.map((backend) => [`${textAt(backend, 'namespace')} ${backendText(backend)}`, backend]),
    ).values(),
  ];
}

function backendText(backend: JsonObject): string {
  const port = numberAt(backend, 'port');
  return `${textAt(backend, 'name') ?? '?'}${port === undefined ? '' : `:${port}`}`;
}
