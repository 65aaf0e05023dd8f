import { ApiError, messageOf, SERVICE_UNAVAILABLE, UserError } from './errors.ts';

/** Limit in characters; an error may quote what a call sent. */
const MAX_CHARACTERS = 20_000;

/** The error's text without a stack; an unexpected error is marked as such. */
export function errorText(error: unknown): string {
  return wholeText(error).slice(0, MAX_CHARACTERS);
}

function wholeText(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof RangeError) return error.message;
  if (error instanceof ApiError) return quoteAdvice([apiErrorText(error), error.doubt].filter(Boolean).join(' '));
  if (error instanceof Error && error.name === 'AbortError') return 'The call was cancelled.';
  if (error instanceof Error && error.name === 'TimeoutError') return 'The call took too long and was ended.';
  return `Unexpected error in the server: ${messageOf(error)}`;
}

/** The API server speaks of Go types where a number or a boolean only lacks its quotation marks. */
function quoteAdvice(text: string): string {
  return text
    .replaceAll(/: expected string, got &value\.valueUnstructured\{…\}/g, ' must be a string: quote it')
    .replaceAll(
      /json: cannot unmarshal (number|bool) into Go struct field [A-Za-z]\w*\.(\S+) of type string/g,
      '$2 must be a string, and this is a $1: quote it',
    );
}

function apiErrorText({ code, reason, message, retryAfter, doubt }: ApiError): string {
  const again = doubt ? '' : ` Try again in ${retryAfter ? `${retryAfter} s` : 'a moment'}.`;
  if (reason === SERVICE_UNAVAILABLE) return `${message} (503).${again}`;
  switch (code) {
    case 401:
      return `The API server refused the credentials of this context (401 ${message}). The user has to log in again or mend the kubeconfig.`;
    case 403:
      return `${message} (403). The user of this context may not do that; ${/ cannot (list|watch) /.test(message) ? 'an object that is named may still be readable; ' : ''}another namespace may be allowed, or the user has to grant it.`;
    case 410:
      return `${message} (410). The continue token has expired: start again without it.`;
    case 429:
    case 503:
      return `The API server is overloaded or not ready (${code}): ${message}.${again}`;
    default:
      return `${message} (${[code, reason].filter(Boolean).join(' ')})${doubt ? '.' : ''}`;
  }
}
