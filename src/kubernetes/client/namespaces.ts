import { isApiError } from '../apimachinery/errors.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';

/** OpenShift's view of the namespaces a user may access; in the same form. */
export const PROJECTS = { group: 'project.openshift.io', version: 'v1', name: 'projects', namespaced: false };

/** Lists namespaces or, if that is forbidden on OpenShift, the user's Projects. */
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
