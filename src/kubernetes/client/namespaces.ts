import { isApiError } from '../apimachinery/errors.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';

/** What OpenShift shows everybody of the namespaces that are theirs; in the same form. */
export const PROJECTS = { group: 'project.openshift.io', version: 'v1', name: 'projects', namespaced: false };

/** Lists namespaces, or, where that is forbidden and there are such, the Projects of OpenShift that are the user's. */
export async function listNamespaces<T>(list: (kind: Kind) => Promise<T>): Promise<T> {
  try {
    return await list(kinds.namespaces);
  } catch (error) {
    if (!isApiError(error, 403)) throw error;
    return list(PROJECTS).catch(() => {
      throw error;
    });
  }
}
