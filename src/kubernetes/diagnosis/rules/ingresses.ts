import { nearest } from '../../apimachinery/nearest.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { cause, type Finding, type Report, risk, symptom } from '../facts/finding.ts';
import { kinds } from '../facts/kinds.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import type { Service } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { hasPort, serviceReport } from './services.ts';

interface Backend {
  service?: { name: string; port?: { name?: string; number?: number } };
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

/** One way through an Ingress to a Service. */
interface Route {
  route: string;
  backend: Backend;
}

/** What is wrong with an Ingress: backends that do not exist or have no endpoints, certificates, its class. */
export async function ingressReport(ingress: Ingress, lookup: Lookup): Promise<Report> {
  const { spec, status, metadata } = ingress;
  const namespace = metadata?.namespace ?? '';
  const routes = routesOf(ingress);
  const [backends, secrets, classes, warnings] = await Promise.all([
    Promise.all(routes.map((route) => routeFindings(route, namespace, lookup))),
    Promise.all((spec?.tls ?? []).map(({ secretName }) => secretFinding(secretName, namespace, lookup))),
    classFindings(spec?.ingressClassName, lookup),
    warningsOf(ingress, 'Ingress', lookup),
  ]);
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '');
  const findings = [...backends.flat(), ...secrets.flat(), ...classes];
  if (addresses.length === 0) findings.push(symptom('it has no address: no ingress controller has acted on it'));
  return {
    summary: `${routes.length} routes, ${addresses.length > 0 ? `address ${addresses.join(', ')}` : 'no address'}`,
    findings,
    children: [
      { title: 'Routes', lines: routes.slice(0, 8).map(({ route, backend }) => `${route} → ${backendText(backend)}`) },
    ],
    warnings,
  };
}

function routesOf({ spec }: Ingress): Route[] {
  const rules = (spec?.rules ?? []).flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({ route: `${host}${path}`, backend })),
  );
  return spec?.defaultBackend ? [...rules, { route: 'default', backend: spec.defaultBackend }] : rules;
}

async function routeFindings({ route, backend }: Route, namespace: string, lookup: Lookup): Promise<Finding[]> {
  if (!backend.service) return [];
  const { name, port } = backend.service;
  const service = await lookup.get<Service>(kinds.services, namespace, name);
  if (service === 'unknown') return [];
  if (service === 'absent') {
    const names = members(await lookup.names(kinds.services, namespace)).map((one) => one.metadata?.name ?? '');
    const close = nearest(name, names, 3);
    return [
      cause(
        `${route} leads to Service "${name}", which does not exist in namespace ${namespace}${close.length > 0 ? `; nearest: ${close.join(', ')}` : ''}`,
      ),
    ];
  }
  if (!hasPort(service, port)) {
    const ports = (service.spec?.ports ?? []).map((own) => `${own.name ?? '(unnamed)'} ${own.port}`);
    return [
      cause(
        `${route} leads to port ${port?.name ?? port?.number} of Service ${name}, which it does not have; it has: ${ports.join(', ')}`,
      ),
    ];
  }
  const { findings } = await serviceReport(service, lookup);
  return findings
    .filter(({ level }) => level !== 'risk')
    .map((finding) => ({ ...finding, text: `${route} leads to Service ${name}: ${finding.text}` }));
}

async function secretFinding(name: string | undefined, namespace: string, lookup: Lookup): Promise<Finding[]> {
  if (!name || (await lookup.get(kinds.secrets, namespace, name)) !== 'absent') return [];
  return [cause(`the Secret "${name}" with its TLS certificate does not exist in namespace ${namespace}`)];
}

async function classFindings(name: string | undefined, lookup: Lookup): Promise<Finding[]> {
  if (name === undefined) return [];
  if ((await lookup.get(kinds.ingressClasses, undefined, name)) !== 'absent') return [];
  const names = members(await lookup.list(kinds.ingressClasses, undefined)).map((one) => one.metadata?.name ?? '');
  return [
    risk(
      `its IngressClass "${name}" does not exist; ${names.length > 0 ? `there are: ${names.join(', ')}` : 'there are none: is an ingress controller installed?'}`,
    ),
  ];
}

function backendText({ service }: Backend): string {
  return service ? `${service.name}:${service.port?.name ?? service.port?.number ?? ''}` : 'another resource';
}
