import { pathOf } from '../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { Connection } from '../client/cluster.ts';
import { listAll } from '../client/pages.ts';
import { type MetricsService, type Prometheus, prometheusInCluster } from './prometheus.ts';

interface Service extends KubernetesObject {
  spec?: { type?: string; ports?: { name?: string; port: number; protocol?: string }[] };
}

/** The labels of the usual charts and operators; those of Prometheus itself first. */
const SELECTORS = [
  'app.kubernetes.io/name=prometheus',
  'app in (kube-prometheus-stack-prometheus,prometheus,prometheus-server)',
  'operated-prometheus=true',
  'app.kubernetes.io/name in (thanos-query,vmsingle)',
];
/** Values of the component label that answer queries. */
const COMPONENTS = [undefined, 'prometheus', 'server', 'query', 'monitoring'];
/** Where an administrator puts it: a tenant could label a Service of theirs. */
const USUAL_PLACES = /monitoring|prometheus|observability|^kube-system$/;
const PORT_NAMES = ['web', 'http-web', 'http', 'https-web', 'https', 'http-api', 'api'];
const PORTS = [9090, 80, 8429, 9091];
/** In milliseconds: most clusters have none, and others wait for the answer. */
const TIMEOUT_MS = 3_000;

const found = new WeakMap<Connection, Promise<Prometheus | undefined>>();

/** The cluster's own Prometheus, found by the labels of its Service; undefined if there is none. */
export function findPrometheus(connection: Connection): Promise<Prometheus | undefined> {
  const known = found.get(connection);
  if (known) return known;
  const finding = search(connection).then((service) =>
    service ? prometheusInCluster(connection.client, service) : undefined,
  );
  found.set(connection, finding);
  const forget = () => found.delete(connection);
  // One may be installed, or permitted, later.
  finding.then((prometheus) => prometheus ?? forget(), forget);
  return finding;
}

// Calls share it, so none of them may cancel it.
async function search({ client }: Connection): Promise<MetricsService | undefined> {
  const lists = await Promise.all(
    SELECTORS.map((labelSelector) =>
      listAll(client, { path: pathOf(kinds.services), query: { labelSelector }, timeout: TIMEOUT_MS }, 500),
    ),
  );
  return chosenService(lists.flatMap(({ items }) => items as Service[]));
}

/** The Service to ask, of those with a usual label, the likeliest label first. */
export function chosenService(services: readonly Service[]): MetricsService | undefined {
  const able = services.flatMap(({ metadata, spec }) => {
    const { name, namespace, labels } = metadata ?? {};
    const port = portOf(spec?.ports ?? []);
    if (!name || !namespace || !port || spec?.type === 'ExternalName') return [];
    if (!COMPONENTS.includes(labels?.['app.kubernetes.io/component'])) return [];
    const tls = /^https/.test(port.name ?? '') || port.port === 443;
    return { namespace, name, port: String(port.port), tls };
  });
  return able.find(({ namespace }) => USUAL_PLACES.test(namespace)) ?? able[0];
}

function portOf(ports: NonNullable<NonNullable<Service['spec']>['ports']>) {
  const usable = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const byName = PORT_NAMES.map((name) => usable.find((port) => port.name === name)).find(Boolean);
  const byNumber = PORTS.map((number) => usable.find(({ port }) => port === number)).find(Boolean);
  return byName ?? byNumber ?? (usable.length === 1 ? usable[0] : undefined);
}
