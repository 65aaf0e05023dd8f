import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../cluster/binaries.ts';

const CHART = fileURLToPath(new URL('../../deploy/helm/mcp-k8s', import.meta.url));

/** An object of the chart: the parts that tests read. */
export interface ChartObject {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  data?: Record<string, string>;
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  spec?: {
    replicas?: number;
    externalTrafficPolicy?: string;
    ingress?: { from?: object[] }[];
    egress?: {
      to?: { namespaceSelector: { matchExpressions: { values: string[] }[] } }[];
      ports?: { port: number; protocol?: string }[];
    }[];
    template?: {
      metadata: Record<'annotations' | 'labels', Record<string, string>>;
      spec: { containers: Container[] };
    };
  };
}

export interface Container {
  image: string;
  args: string[];
  env?: { name: string; value: string }[];
  securityContext?: { readOnlyRootFilesystem?: boolean; allowPrivilegeEscalation?: boolean };
}

/** helm's output. @throws with its stderr. */
export async function helm(...args: string[]): Promise<string> {
  const { path } = await findHelm(console.error);
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
  return (await promisify(execFile)(path, args, { env, maxBuffer: 16 << 20 })).stdout;
}

/** The chart's manifests as text. */
export function template(release: string, namespace: string, ...args: string[]): Promise<string> {
  return helm('template', release, CHART, '--namespace', namespace, ...args);
}

/** The objects that the chart makes of values, each written as `path=JSON`. */
export async function objectsOf(...values: string[]): Promise<ChartObject[]> {
  return objects(await template('mcp-k8s', 'mcp-k8s', ...values.flatMap((value) => ['--set-json', value])));
}

/** What an installation with values, each written as `path=JSON`, tells the user. */
export async function notesOf(...values: string[]): Promise<string> {
  const set = values.flatMap((value) => ['--set-json', value]);
  const printed = await helm('install', 'mcp-k8s', CHART, '--namespace', 'mcp-k8s', '--dry-run=client', ...set);
  return printed.split('\nNOTES:\n')[1] ?? '';
}

/** Lints the chart. @throws with the problems. */
export function lint(...args: string[]): Promise<string> {
  return helm('lint', '--strict', CHART, ...args);
}

/** The objects in manifests. */
export function objects(manifests: string): ChartObject[] {
  return parseAllDocuments(manifests).flatMap((document) => {
    const object = document.toJS() as ChartObject | null;
    return object ? [object] : [];
  });
}

/** The chart's container. */
export function containerOf(manifests: string): Container | undefined {
  return containerIn(objects(manifests));
}

/** The arguments that the chart gives the server. */
export function serverArguments(manifests: string): string[] {
  return argumentsIn(objects(manifests));
}

/** The same, from objects. */
export function argumentsIn(made: readonly ChartObject[]): string[] {
  return containerIn(made)?.args ?? [];
}

/** The server's container among objects. */
export function containerIn(made: readonly ChartObject[]): Container | undefined {
  return made.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec.containers[0];
}
