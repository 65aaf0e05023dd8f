import { ApiError, messageOf, UserError } from '../kubernetes/errors.ts';

/** What went wrong and what to do next, for a human. */
export function plainWords(error: unknown): string {
  if (error instanceof ApiError) return apiErrorWords(error);
  if (error instanceof UserError || error instanceof RangeError) return error.message;
  return `Something unexpected happened: ${messageOf(error)}`;
}

function apiErrorWords({ code, message }: ApiError): string {
  switch (code) {
    case 401:
      return `The cluster refused your credentials (${message}). Sign in to it again, or switch to another context.`;
    case 403:
      return `You may not do this in the cluster: ${message}. Another namespace or context may be open to you.`;
    case 404:
      return `The cluster does not have it: ${message}.`;
    case 429:
    case 503:
      return `The cluster is overloaded or not ready: ${message}. Try again in a moment.`;
    default:
      return `The cluster answered with an error (${code}): ${message}`;
  }
}

/** The text in lines that are no longer than `width`, unless a single word is. */
export function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
