import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { SHORT_LIVED } from '../support/go.ts';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';

/** The running pods of the demo seed in the namespace `shop`. */
const MEASURED_PODS = 13;
/** How often to ask for them, in milliseconds: each time costs two servers, and it takes half a minute. */
const MEASURING_MS = 500;

/** kubectl's output, run as admin. @throws with its stderr. */
export async function kubectl(...args: string[]): Promise<string> {
  const cluster = await testCluster();
  const { stdout } = await promisify(execFile)(
    cluster.kubectl,
    ['--kubeconfig', cluster.kubeconfig('admin'), ...args],
    { maxBuffer: 64 << 20, env: { ...process.env, ...SHORT_LIVED } },
  );
  return stdout.trim();
}

/** What a JSONPath finds in objects, which are named as for `kubectl get`. */
export function fieldOf(path: string, ...objects: string[]): Promise<string> {
  return kubectl('get', ...objects, '-o', `jsonpath=${path}`);
}

/** Applies a manifest, as kubectl does. */
export async function apply(manifest: string, ...args: string[]): Promise<void> {
  const cluster = await testCluster();
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      cluster.kubectl,
      ['--kubeconfig', cluster.kubeconfig('admin'), 'apply', '-f', '-', ...args],
      { env: { ...process.env, ...SHORT_LIVED } },
      (error) => (error ? reject(error) : resolve()),
    );
    child.stdin?.end(manifest);
  });
}

/** Waits until metrics-server, which needs two readings of a pod, reports those of the namespace `shop`. */
export async function podsMeasured(): Promise<void> {
  const { client } = await testCluster();
  await until(async () => {
    const { status, body } = await client.send('GET', '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods');
    return status === 200 && JSON.parse(body).items.length >= MEASURED_PODS;
  }, MEASURING_MS);
}

/** Waits until no namespace is being deleted: objects of the whole cluster change with each of them. */
export async function namespacesDeleted(): Promise<void> {
  const ending = '{.items[?(@.status.phase=="Terminating")].metadata.name}';
  const names = (await kubectl('get', 'namespaces', '-o', `jsonpath=${ending}`)).split(' ').filter(Boolean);
  if (names.length > 0) await kubectl('wait', '--for=delete', '--timeout=120s', 'namespace', ...names);
}

/** A namespace for one test file, removed afterwards. */
export function scratchNamespace(): { name: string } {
  const name = `test-${randomBytes(4).toString('hex')}`;
  before(() => kubectl('create', 'namespace', name));
  after(() => kubectl('delete', 'namespace', name, '--wait=false'));
  return { name };
}
