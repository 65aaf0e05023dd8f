import { fieldAt, numberAt, objectsAt, textAt, textsAt } from '../../apimachinery/fields.ts';
import { selectorText } from '../../apimachinery/label-selector.ts';
import { matches } from '../../apimachinery/labels.ts';
import type { JsonObject, KubernetesObject } from '../../apimachinery/objects.ts';
import { isObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { destinationFindings } from '../facts/endpoints.ts';
import { cause, type Finding, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import type { Pod, Service } from '../facts/types.ts';
import { certificateFindings } from './ingresses.ts';
import { customRule } from './others.ts';
import { relatedFindings } from './related.ts';

const GROUP = 'networking.istio.io';

/** A VirtualService of Istio: its gateways, and each destination down to the endpoints and the subset. */
export const virtualServiceRule = customRule([kinds.services, kinds.endpointSlices], async (object, lookup) => {
  const namespace = object.metadata?.namespace ?? '';
  const routes = ['http', 'tcp', 'tls'].flatMap((part) => objectsAt(object, 'spec', part));
  const destinations = routes
    .flatMap((route) => [...objectsAt(route, 'route'), ...objectsAt(route, 'mirrors')])
    .flatMap((one) => (isObject(one.destination) ? [one.destination] : []));
  const gateways = textsAt(object, 'spec', 'gateways').filter((name) => name !== 'mesh');
  const found = await Promise.all([
    ...gateways.map((name) => {
      const [own, other] = name.includes('/') ? name.split('/') : [namespace, name];
      return relatedFindings(`gateways.${GROUP}`, own, other, 'Gateway', lookup);
    }),
    ...distinct(destinations).map((destination) => destinationProblems(destination, namespace, lookup)),
  ]);
  const hosts = destinations.map(
    (one) => `${textAt(one, 'host')}${textAt(one, 'subset') ? `/${textAt(one, 'subset')}` : ''}`,
  );
  return {
    summary: `${someOf(textsAt(object, 'spec', 'hosts'))} to ${someOf([...new Set(hosts)], 5) || 'nothing'}`,
    findings: [...complaints(object), ...found.flat()],
  };
});

/** A DestinationRule of Istio: its host, and the pods of each subset. */
export const destinationRuleRule = customRule([kinds.services, kinds.pods], async (object, lookup) => {
  const namespace = object.metadata?.namespace ?? '';
  const host = textAt(object, 'spec', 'host') ?? '';
  const subsets = objectsAt(object, 'spec', 'subsets');
  const place = serviceOf(host, namespace);
  const findings = complaints(object);
  if (place) {
    findings.push(...(await destinationFindings(place, say`its host is`, lookup)));
    const service = await lookup.get<Service>(kinds.services, place.namespace, place.name);
    const pods = members(await lookup.list<Pod>(kinds.pods, place.namespace));
    const selector = typeof service === 'string' ? undefined : service.spec?.selector;
    const own = selector ? pods.filter(({ metadata }) => matches({ matchLabels: selector }, metadata?.labels)) : [];
    for (const subset of selector ? subsets : []) {
      const labels = fieldAt(subset, 'labels') as Record<string, string> | undefined;
      if (!own.some(({ metadata }) => matches({ matchLabels: labels ?? {} }, metadata?.labels))) {
        findings.push(cause(say`no pod of Service ${place.name} has the labels of subset "${textAt(subset, 'name')}"`));
      }
    }
  }
  return {
    summary: `${host}, subsets ${
      someOf(
        subsets.map((one) => textAt(one, 'name') ?? '?'),
        5,
      ) || 'none'
    }`,
    findings,
  };
});

/** A Gateway of Istio: the pods that serve it, and the certificates of its servers. */
export const istioGatewayRule = customRule([kinds.pods], async (object, lookup) => {
  const servers = objectsAt(object, 'spec', 'servers');
  const all = await lookup.list<Pod>(kinds.pods, undefined, {
    labelSelector: selectorText({ matchLabels: fieldAt(object, 'spec', 'selector') }) ?? '',
  });
  const pods = members(all);
  const findings = complaints(object);
  if (all !== 'unknown' && pods.length === 0)
    findings.push(cause(say`no pod has the labels of its selector: no proxy serves it`));
  // The proxy reads certificates from its own namespace.
  const place = pods[0]?.metadata?.namespace;
  const certificates = await Promise.all(
    servers.map((server) => {
      const secretName = textAt(server, 'tls', 'credentialName');
      return place && secretName ? certificateFindings({ secretName, hosts: plainHosts(server) }, place, lookup) : [];
    }),
  );
  return {
    summary: `${someOf(
      servers.flatMap((server) => textsAt(server, 'hosts')),
      5,
    )}, served by ${all === 'unknown' ? 'unknown' : pods.length} pods`,
    findings: [...findings, ...certificates.flat()],
  };
});

function complaints(object: KubernetesObject): Finding[] {
  return objectsAt(object, 'status', 'validationMessages').map((message) => {
    const text = `${textAt(message, 'type', 'code') ?? ''} ${textAt(message, 'documentationUrl') ?? ''}`.trim();
    return (message.level === 'ERROR' ? cause : risk)(say`Istio's own analysis complains: ${text}`);
  });
}

async function destinationProblems(destination: JsonObject, namespace: string, lookup: Lookup): Promise<Finding[]> {
  const host = textAt(destination, 'host') ?? '';
  const place = serviceOf(host, namespace);
  if (!place) return [];
  const number = numberAt(destination, 'port', 'number');
  const to = { ...place, ...(number === undefined ? {} : { port: { number } }) };
  const findings = await destinationFindings(to, say`it leads to`, lookup);
  const subset = textAt(destination, 'subset');
  if (!subset) return findings;
  const resource = await lookup.served(`destinationrules.${GROUP}`);
  const rules = resource ? await lookup.list(resource, undefined) : [];
  if (rules === 'unknown') return findings;
  const same = rules.filter((one) => {
    const other = serviceOf(textAt(one, 'spec', 'host') ?? '', one.metadata?.namespace ?? '');
    return other?.name === place.name && other.namespace === place.namespace;
  });
  const subsets = same.flatMap((one) => objectsAt(one, 'spec', 'subsets')).map((one) => textAt(one, 'name') ?? '');
  if (subsets.includes(subset)) return findings;
  return [
    ...findings,
    cause(
      say`no DestinationRule of ${host} has the subset "${subset}"${subsets.length > 0 ? say`; there are: ${someOf(subsets, 5)}` : ''}`,
    ),
  ];
}

/** The Service a host names; undefined for a host that may be outside the cluster. */
function serviceOf(host: string, namespace: string): { namespace: string; name: string } | undefined {
  const [name = '', place, svc] = host.split('.');
  if (name === '' || name === '*') return undefined;
  if (place === undefined) return { name, namespace };
  return svc === 'svc' ? { name, namespace: place } : undefined;
}

function plainHosts(server: JsonObject): string[] {
  return textsAt(server, 'hosts')
    .map((host) => host.split('/').at(-1) ?? '')
    .filter((host) => host !== '*' && host !== '');
}

function distinct(destinations: readonly JsonObject[]): JsonObject[] {
  return [...new Map(destinations.map((one) => [JSON.stringify(one), one])).values()];
}
