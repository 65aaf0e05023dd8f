import { NAMESPACES } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';

/** What OpenShift shows everybody of the namespaces that are theirs; in the same form. */
export const PROJECTS = { group: 'project.openshift.io', version: 'v1', name: 'projects', namespaced: false };

/** Lists namespaces, or, where that is forbidden and there are such, the Projects of OpenShift that are the user's. */
export async function listNamespaces<T>(list: (kind: typeof NAMESPACES) => Promise<T>): Promise<T> {
  try {
    return await list(NAMESPACES);
  } catch (error) {
    if (!isApiError(error, 403)) throw error;
    return list(PROJECTS).catch(() => {
      throw error;
    });
  }
}
