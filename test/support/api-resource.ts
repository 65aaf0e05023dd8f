import type { ApiResource } from '../../src/kubernetes/apimachinery/api-resource.ts';

/** A kind as discovery finds it. */
export function kind(kind: string, group = '', more: Partial<ApiResource> = {}): ApiResource {
  const name = `${kind.toLowerCase()}s`;
  return {
    ...{ kind, group, version: 'v1', name, singularName: '', shortNames: [], namespaced: true },
    ...{ verbs: ['get', 'list', 'watch', 'delete'], subresources: [] },
    ...more,
  };
}
