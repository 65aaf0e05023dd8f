import { fieldAt } from '../../apimachinery/fields.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { counted } from '../../apimachinery/texts.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { certificateReport } from '../facts/certificates.ts';
import { absentPort, absentService, hasPort } from '../facts/endpoints.ts';
import { cause, type Finding, type Report, risk, symptom, within } from '../facts/finding.ts';
import { type Lookup, members, namesOf } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import type { Service } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { serviceReport } from './services.ts';

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

interface Backend {
  service?: { name: string; port?: { name?: string; number?: number } };
  resource?: { apiGroup?: string; kind?: string; name?: string };
}

export interface Ingress extends KubernetesObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: { host?: string; http?: { paths?: { path?: string; backend: Backend }[] } }[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** One route of an Ingress to a Service. */
export interface Route {
  route: string;
  backend: Backend;
}

/** The problems of an Ingress: backends that do not exist or have no endpoints, certificates, its class. */
export async function ingressReport(ingress: Ingress, lookup: Lookup): Promise<Report> {
  const { spec, status, metadata } = ingress;
  const namespace = metadata?.namespace ?? '';
  const routes = routesOf(ingress);
  const [backends, secrets, classes, warnings] = await Promise.all([
    Promise.all(routes.map((route) => routeFindings(route, namespace, lookup))),
    Promise.all((spec?.tls ?? []).map((tls) => certificateFindings(tls, namespace, lookup))),
    classFindings(ingress, lookup),
    warningsOf(ingress, 'Ingress', lookup),
  ]);
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  const findings = [...backends.flat(), ...secrets.flat(), ...classes];
  if (addresses.length === 0) findings.push(symptom(say`it has no address: no ingress controller has acted on it`));
  return {
    summary: `${counted(routes.length, 'route')}, ${addresses.length > 0 ? `address ${addresses.join(', ')}` : 'no address'}`,
    findings,
    children: [
      { title: 'Routes', lines: routes.slice(0, 8).map(({ route, backend }) => `${route} → ${backendText(backend)}`) },
    ],
    warnings,
  };
}

/** The routes of an Ingress. */
export function routesOf({ spec }: Ingress): Route[] {
  const rules = (spec?.rules ?? []).flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({ route: `${host}${path}`, backend })),
  );
  return spec?.defaultBackend ? [...rules, { route: 'default', backend: spec.defaultBackend }] : rules;
}

async function routeFindings({ route, backend }: Route, namespace: string, lookup: Lookup): Promise<Finding[]> {
  const whence = say`${route} leads to`;
  if (!backend.service) return [];
  const { name, port } = backend.service;
  const to = { namespace, name, port };
  const service = await lookup.get<Service>(kinds.services, namespace, name);
  if (service === 'unknown') return [];
  if (service === 'absent')
    return [absentService(to, namesOf(members(await lookup.names(kinds.services, namespace))), whence)];
  if (!hasPort(service, port)) return [absentPort(to, service, whence)];
  const { findings } = await serviceReport(service, lookup);
  return findings
    .filter(({ level }) => level !== 'risk')
    .map((finding) => within(say`${whence} Service ${name}`, finding));
}

/** The problems of a certificate's Secret, and of the certificate for these hosts. */
export async function certificateFindings(
  { secretName, hosts = [] }: { secretName?: string; hosts?: string[] },
  namespace: string,
  lookup: Lookup,
): Promise<Finding[]> {
  if (!secretName) return [];
  const secret = await lookup.get(kinds.secrets, namespace, secretName);
  if (secret === 'unknown') return [];
  if (secret === 'absent')
    return [cause(say`the Secret "${secretName}" with its TLS certificate does not exist in namespace ${namespace}`)];
  const missing = ['tls.crt', 'tls.key'].filter((key) => fieldAt(secret.data, key) === undefined);
  if (missing.length > 0)
    return [cause(say`the Secret "${secretName}" of its TLS certificate has no ${missing.join(', ')}`)];
  return certificateReport(fieldAt(secret.data, 'tls.crt'), `Secret "${secretName}"`, { hosts }).findings;
}

async function classFindings({ spec, metadata }: Ingress, lookup: Lookup): Promise<Finding[]> {
  const name = spec?.ingressClassName;
  if (name === undefined && metadata?.annotations?.['kubernetes.io/ingress.class'] !== undefined) return [];
  if (name !== undefined && (await lookup.get(kinds.ingressClasses, undefined, name)) !== 'absent') return [];
  const classes = await lookup.list(kinds.ingressClasses, undefined);
  if (classes === 'unknown') return [];
  const there =
    classes.length > 0
      ? say`there are: ${namesOf(classes).join(', ')}`
      : say`there are none: is an ingress controller installed?`;
  if (name !== undefined) return [risk(say`its IngressClass "${name}" does not exist; ${there}`)];
  const isDefault = classes.some((one) => one.metadata?.annotations?.[DEFAULT_CLASS] === 'true');
  return isDefault || classes.length === 0
    ? []
    : [risk(say`it names no IngressClass and none is the default one; ${there}`)];
}

function backendText({ service }: Backend): string {
  return service ? `${service.name}:${service.port?.name ?? service.port?.number ?? ''}` : 'another resource';
}
