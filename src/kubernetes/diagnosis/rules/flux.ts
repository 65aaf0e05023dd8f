import { fieldAt, objectsAt, textAt } from '../../apimachinery/fields.ts';
import type { JsonObject, KubernetesObject } from '../../apimachinery/objects.ts';
import { isObject, ownValue } from '../../apimachinery/objects.ts';
import { type Finding, risk } from '../facts/finding.ts';
import type { Lookup } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { customRule } from './others.ts';
import { relatedFindings } from './related.ts';

const SOURCES: Record<string, string> = {
  GitRepository: 'gitrepositories.source.toolkit.fluxcd.io',
  OCIRepository: 'ocirepositories.source.toolkit.fluxcd.io',
  HelmRepository: 'helmrepositories.source.toolkit.fluxcd.io',
  HelmChart: 'helmcharts.source.toolkit.fluxcd.io',
  Bucket: 'buckets.source.toolkit.fluxcd.io',
};
export const KUSTOMIZATIONS = 'kustomizations.kustomize.toolkit.fluxcd.io';
export const HELM_RELEASES = 'helmreleases.helm.toolkit.fluxcd.io';
export const FLUX_SOURCES = Object.values(SOURCES);

/** A Kustomization, HelmRelease or source of Flux: its source, what it waits for, and whether it is suspended. */
export const fluxRule = customRule([], async (object, lookup) => {
  const paths = [['sourceRef'], ['chartRef'], ['chart', 'spec', 'sourceRef']];
  const sources = paths.map((path) => fieldAt(object, 'spec', ...path)).filter(isObject);
  const found = await Promise.all([
    ...sources.map((source) => sourceFindings(source, object, lookup)),
    ...objectsAt(object, 'spec', 'dependsOn').map((other) => dependencyFindings(other, object, lookup)),
  ]);
  const suspended = fieldAt(object, 'spec', 'suspend') === true;
  const findings = [
    ...(suspended ? [risk(say`it is suspended: changes of its source are not applied`)] : []),
    ...found.flat(),
  ];
  const from =
    sources.map((source) => `${textAt(source, 'kind')} ${textAt(source, 'name')}`).join(', ') ||
    (textAt(object, 'spec', 'url') ?? '');
  const revision = textAt(object, 'status', 'lastAppliedRevision') ?? textAt(object, 'status', 'artifact', 'revision');
  return { summary: `from ${from || '?'}, ${revision ? `at ${revision}` : 'never applied'}`, findings };
});

function sourceFindings(source: JsonObject, object: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const kind = textAt(source, 'kind') ?? '';
  const namespace = textAt(source, 'namespace') ?? object.metadata?.namespace;
  return relatedFindings(ownValue(SOURCES, kind) ?? '', namespace, textAt(source, 'name'), kind, lookup);
}

function dependencyFindings(other: JsonObject, object: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const namespace = textAt(other, 'namespace') ?? object.metadata?.namespace;
  const resource = object.kind === 'HelmRelease' ? HELM_RELEASES : KUSTOMIZATIONS;
  return relatedFindings(resource, namespace, textAt(other, 'name'), say`dependency ${object.kind ?? ''}`, lookup);
}
