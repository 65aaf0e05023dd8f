import { errorText } from '../../kubernetes/apimachinery/error-text.ts';
import { isApiError, type Remedy, UserError } from '../../kubernetes/apimachinery/errors.ts';
import { CreationError, type ObjectProblem, ObjectsError } from '../../kubernetes/writes/object-problems.ts';

/** The tool to call for each remedy. */
export const REMEDIES: Record<Remedy, string> = {
  'list the kinds': 'get_api_resources lists the kinds',
  'read the object': 'get_resource shows what there is',
  'read an object of the kind': 'get_resource of an existing object shows its fields',
  'create the object': 'update_resource never creates; create_resource does',
  'resume the rollout': 'rollout_resource resumes it',
};

/** An error for a model: what went wrong and what to call next. */
export function formatError(error: unknown): string {
  if (error instanceof CreationError) return error.textWith(reasonOf);
  if (error instanceof ObjectsError) return error.textWith((problem) => formatError(problem.error));
  const text = errorText(error);
  return error instanceof UserError && error.remedy ? `${text} ${REMEDIES[error.remedy]}.` : text;
}

function reasonOf({ error, object: { kind, metadata } }: ObjectProblem): string {
  const words = formatError(error);
  return isApiError(error, 409) ? `${words} Use update_resource to change ${kind} "${metadata?.name}".` : words;
}
