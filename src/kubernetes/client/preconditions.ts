import { ApiError } from '../apimachinery/errors.ts';
import { PATCH_TYPES } from '../apimachinery/media-types.ts';
import { isObject } from '../apimachinery/objects.ts';
import type { ApiRequest } from './request.ts';

/** The body with which the API server does what is asked to the object of the request's `uid` only. */
export function conditionalBody({ method, uid, body, contentType }: ApiRequest): unknown {
  if (uid === undefined) return body;
  if (method === 'DELETE') {
    const options = isObject(body) ? body : {};
    const preconditions = isObject(options.preconditions) ? options.preconditions : {};
    return { apiVersion: 'v1', kind: 'DeleteOptions', ...options, preconditions: { ...preconditions, uid } };
  }
  if (contentType === PATCH_TYPES.json)
    return [{ op: 'test', path: '/metadata/uid', value: uid }, ...(Array.isArray(body) ? body : [])];
  if ((method === 'PATCH' || method === 'PUT') && isObject(body))
    return { ...body, metadata: { ...(isObject(body.metadata) ? body.metadata : {}), uid } };
  throw new Error(`The object that is meant cannot be told with ${method ?? 'GET'}.`);
}

/** The refusal of an object with another uid in the words of a conflict, which it is; the API server calls it invalid. */
export function explainedConflict(error: ApiError, { uid }: Pick<ApiRequest, 'uid'>): ApiError {
  const isOther = uid !== undefined && error.causes.some(({ field }) => field === 'metadata.uid');
  return isOther ? replacedError() : error;
}

/** The object that was meant is gone. */
export function replacedError(): ApiError {
  return new ApiError(
    409,
    'Conflict',
    'The object is gone, and another has taken its name since, which was left alone',
  );
}
