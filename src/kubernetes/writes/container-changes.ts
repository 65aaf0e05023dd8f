import { jsonText } from '../apimachinery/json.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { type Named, readObject } from '../client/read-object.ts';
import { patchObject } from './patch.ts';
import type { Outcome } from './planned-update.ts';
import { targetOf } from './target.ts';
import type { Writer } from './writer.ts';

/** What is changed of a container. */
export type ContainerChange = { image: string } | { resources: { limits: { memory: string } } };

/** A container of a pod, or of the pods that a workload makes. */
export interface TemplateContainer {
  name: string;
  isInit: boolean;
  image: string;
  memoryLimit: string | undefined;
}

interface PodTemplate {
  spec?: { containers?: PlainContainer[]; initContainers?: PlainContainer[] };
}

interface PlainContainer {
  name: string;
  image?: string;
  resources?: { limits?: { memory?: string } };
}

interface WithTemplate extends KubernetesObject {
  spec?: { template?: PodTemplate; jobTemplate?: { spec?: { template?: PodTemplate } } };
}

/** The containers that an object itself has, or that its template has. */
export function containersIn(object: KubernetesObject): TemplateContainer[] {
  const { spec } = object as WithTemplate;
  const template = spec?.jobTemplate?.spec?.template ?? spec?.template ?? (object as PodTemplate);
  const of = (containers: readonly PlainContainer[] = [], isInit: boolean) =>
    containers.map(({ name, image = '', resources }) => {
      return { name, isInit, image, memoryLimit: resources?.limits?.memory };
    });
  return [...of(template.spec?.containers, false), ...of(template.spec?.initContainers, true)];
}

/** Changes one container, whoever owns its fields. Without `after` in the outcome it was so already. */
export async function changeContainer(
  { kind, name, namespace }: Named,
  { name: container, isInit }: Pick<TemplateContainer, 'name' | 'isInit'>,
  change: ContainerChange,
  writer: Writer,
): Promise<Outcome> {
  const { connection, signal } = writer;
  const target = await targetOf({ kind, metadata: { name } }, namespace, connection);
  const live = await readObject(connection.client, target.resource, target.namespace, name, signal);
  const { spec } = live as WithTemplate;
  // Lists of containers are merged by name.
  const inPod = { spec: { [isInit ? 'initContainers' : 'containers']: [{ name: container, ...change }] } };
  const patch = spec?.jobTemplate
    ? { spec: { jobTemplate: { spec: { template: inPod } } } }
    : spec?.template
      ? { spec: { template: inPod } }
      : inPod;
  const update = { target, name, dryRun: false, force: true, writer, isOwn: true as const };
  return patchObject(update, live, jsonText(patch), 'strategic');
}
