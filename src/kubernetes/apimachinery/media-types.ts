export const JSON_TYPE = 'application/json';
export const YAML_TYPE = 'application/yaml';

/** The rows kubectl prints. */
export const TABLE_TYPE = metaType('Table');
/** Only the metadata of an object, or of each object in a list or watch. */
export const METADATA_TYPE = metaType('PartialObjectMetadata');
export const METADATA_LIST_TYPE = metaType('PartialObjectMetadataList');
/** All kinds of a cluster at once, for newer and older API servers. */
export const DISCOVERY_TYPE = [
  ...['v2', 'v2beta1'].map((version) => `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`),
  JSON_TYPE,
].join(',');
/** Plain text, as is. */
export const TEXT_TYPE = 'text/plain, */*';

/** Server-side apply. */
export const APPLY_TYPE = 'application/apply-patch+yaml';
export const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

// Servers that do not know the form send plain JSON.
function metaType(kind: string): string {
  return `${JSON_TYPE};as=${kind};g=meta.k8s.io;v=v1,${JSON_TYPE}`;
}
