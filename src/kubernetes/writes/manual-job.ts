import { randomInt } from 'node:crypto';
import { apiVersionOf } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { fieldAt } from '../apimachinery/fields.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { locate, type Named } from '../client/read-object.ts';
import { Creation } from './creation.ts';
import type { Writer } from './writer.ts';

/** As kubectl marks what was not started by the schedule. */
const INSTANTIATE = 'cronjob.kubernetes.io/instantiate';
/** A Job's name becomes a label of its pods. */
const MAX_NAME_LENGTH = 63;

/** Starts a Job of a CronJob now, as `kubectl create job --from` does, and returns the Job's name. */
export async function startManualJob(named: Named, writer: Writer): Promise<string> {
  const { resource, object } = await locate(writer.connection, named, writer.signal);
  const suffix = `-manual-${randomInt(36 ** 4, 36 ** 5).toString(36)}`;
  const name = `${named.name.slice(0, MAX_NAME_LENGTH - suffix.length)}${suffix}`;
  const creation = Creation.ofObjects([jobOf(object, apiVersionOf(resource), name)], writer);
  await creation.validate();
  await creation.create();
  return name;
}

/** The Job of this name that a CronJob's template describes. @throws UserError for anything without a template. */
export function jobOf({ metadata, spec }: KubernetesObject, apiVersion: string, name: string): KubernetesObject {
  const template = fieldAt(spec, 'jobTemplate');
  if (!isObject(template)) throw new UserError(`${metadata?.name} has no template of a Job.`);
  const { labels, annotations, ...rest } = isObject(template.metadata) ? template.metadata : {};
  const owner = { apiVersion, kind: 'CronJob', name: metadata?.name, uid: metadata?.uid, controller: true };
  return {
    apiVersion,
    kind: 'Job',
    metadata: {
      ...rest,
      name,
      ...(metadata?.namespace ? { namespace: metadata.namespace } : {}),
      ...(isObject(labels) ? { labels: labels as Record<string, string> } : {}),
      annotations: { ...(isObject(annotations) ? annotations : {}), [INSTANTIATE]: 'manual' },
      ownerReferences: [owner],
    },
    spec: template.spec,
  };
}
