export const JSON_TYPE = 'application/json';
export const YAML_TYPE = 'application/yaml';

/** The rows that kubectl shows. */
export const TABLE_TYPE = metaType('Table');
/** Of an object, or of each object of a list or a watch, the metadata alone. */
export const METADATA_TYPE = metaType('PartialObjectMetadata');
export const METADATA_LIST_TYPE = metaType('PartialObjectMetadataList');
/** All kinds of a cluster at once, as newer and as older API servers give them. */
export const DISCOVERY_TYPE = [
  ...['v2', 'v2beta1'].map((version) => `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`),
  JSON_TYPE,
].join(',');
/** What comes as it is. */
export const TEXT_TYPE = 'text/plain, */*';

/** Server-side apply. */
export const APPLY_TYPE = 'application/apply-patch+yaml';
export const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

// Who does not know the form sends plain JSON.
function metaType(kind: string): string {
  return `${JSON_TYPE};as=${kind};g=meta.k8s.io;v=v1,${JSON_TYPE}`;
}
