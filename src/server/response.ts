import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ApiError, messageOf, UserError } from '../kubernetes/errors.ts';
import { isObject, type KubernetesObject } from '../kubernetes/objects.ts';
import { redact } from '../kubernetes/redact.ts';
import { redactText } from '../kubernetes/redact-text.ts';
import { resourceUri } from '../kubernetes/resource-uri.ts';
import { toYaml } from '../kubernetes/yaml.ts';
import type { ToolAnswer } from './tool.ts';

/** The most characters that one answer may have: about 10,000 tokens. */
export const MAX_CHARACTERS = 40_000;

/** An object as YAML or JSON, noise stripped and secrets redacted; markers say what differs from `before`. */
export function renderObject(
  object: KubernetesObject,
  output: 'yaml' | 'json' = 'yaml',
  before?: KubernetesObject,
): string {
  const shown = redact(object, before);
  return output === 'json' ? JSON.stringify(shown) : toYaml(shown);
}

/** The text, or its first lines that fit, followed by `advice` on how to get the rest. */
export function bounded(text: string, advice: string, limit = MAX_CHARACTERS): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf('\n', limit);
  const kept = text.slice(0, end > limit / 2 ? end : limit);
  return `${kept}\n… cut: ${kept.length} of ${text.length} characters shown. ${advice}`;
}

/** Where an object that is too big keeps its bulk, so that the next call can ask for the rest only. */
export function largestFields(object: KubernetesObject): string {
  const sizes = Object.entries(object).flatMap(([key, value]) =>
    isObject(value)
      ? Object.entries(value).map(([inner, part]) => [`.${key}.${inner}`, part] as const)
      : [[`.${key}`, value] as const],
  );
  return sizes
    .map(([path, value]) => ({ path, size: JSON.stringify(value)?.length ?? 0 }))
    .sort((a, b) => b.size - a.size)
    .slice(0, 5)
    .map(({ path, size }) => `${path} (${size})`)
    .join(', ');
}

/** A tool's answer as MCP content: the text for the model, a link for the human, who alone is its audience. */
export function toResult({ text, shown }: ToolAnswer): CallToolResult {
  const content: CallToolResult['content'] = [
    { type: 'text', text: bounded(text, 'Ask for less.', MAX_CHARACTERS + 2_000) },
  ];
  if (shown) {
    content.push({
      type: 'resource_link',
      uri: resourceUri(shown),
      name: `${shown.name}.yaml`,
      title: `${shown.kind} ${shown.namespace ? `${shown.namespace}/` : ''}${shown.name}`,
      mimeType: 'application/yaml',
      annotations: { audience: ['user'] },
    });
  }
  return { content };
}

/** An error as a tool result, which a model reads and can act on. */
export function errorResult(error: unknown): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: bounded(redactText(errorText(error)), '', 4_000) }] };
}

/** What went wrong, without a stack; an unexpected error is named as such. */
export function errorText(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof RangeError) return error.message;
  if (error instanceof ApiError) return apiErrorText(error);
  if (error instanceof Error && error.name === 'AbortError') return 'The call was cancelled.';
  return `Unexpected error in the server: ${messageOf(error)}`;
}

function apiErrorText({ code, reason, message }: ApiError): string {
  switch (code) {
    case 401:
      return `The API server refused the credentials of this context (401 ${message}). The human has to log in again or mend the kubeconfig.`;
    case 403:
      return `${message} (403). The user of this context may not do that; another namespace may be allowed, or the human has to grant it.`;
    case 410:
      return `${message} (410). The continue token has expired: start again without it.`;
    case 429:
    case 503:
      return `The API server is overloaded or not ready (${code}): ${message}. Try again in a moment.`;
    default:
      return `${message} (${[code, reason].filter(Boolean).join(' ')})`;
  }
}
