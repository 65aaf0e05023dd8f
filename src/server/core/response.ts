import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import { YAML_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { resourceUri } from '../../kubernetes/apimachinery/resource-uri.ts';
import { redact } from '../../kubernetes/text/redact.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { toYaml } from '../../kubernetes/text/yaml.ts';
import { Call } from './call.ts';
import { formatError } from './error-text.ts';
import type { ToolAnswer } from './tool.ts';

/** The most characters of one answer: about 10,000 tokens. */
export const MAX_CHARACTERS = 40_000;

/** An object as YAML or JSON, without noise, secrets redacted; markers say what differs from `before`. */
export function renderObject(
  object: KubernetesObject,
  output: 'yaml' | 'json' = 'yaml',
  before?: KubernetesObject,
): string {
  const shown = redact(object, before);
  return output === 'json' ? jsonText(shown) : toYaml(shown);
}

/** What the cluster said about a write, without redacted or submitted values. */
export async function fromOutside(texts: readonly string[]): Promise<readonly string[]> {
  const clean = texts.map(redactText);
  const call = Call.current();
  // Otherwise what the client submitted would not be known yet.
  await call?.prepare();
  return call?.hideFromOutside(clean) ?? clean;
}

/** The text, or the first lines that fit, followed by `advice` on how to get the rest. */
export function bounded(text: string, advice: string | (() => string), limit = MAX_CHARACTERS): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf('\n', limit);
  const kept = text.slice(0, end > limit / 2 ? end : limit);
  const how = typeof advice === 'string' ? advice : advice();
  return `${kept}\n… cut: ${kept.length} of ${text.length} characters shown. ${how}`;
}

/** The largest fields of an oversized object, so that the next call can ask for the rest only. */
export function largestFields(object: KubernetesObject): string {
  const sizes = Object.entries(object).flatMap(([key, value]) =>
    isObject(value)
      ? Object.entries(value).map(([inner, part]) => [`.${key}.${inner}`, part] as const)
      : [[`.${key}`, value] as const],
  );
  return sizes
    .map(([path, value]) => ({ path, size: jsonText(value)?.length ?? 0 }))
    .sort((a, b) => b.size - a.size)
    .slice(0, 5)
    .map(({ path, size }) => `${path} (${size})`)
    .join(', ');
}

/** A tool's answer as MCP content: text for the model, and a link for the user only, where the client shows it. */
export function toResult({ text, isRedacted, shown }: ToolAnswer): CallToolResult {
  const content: CallToolResult['content'] = [
    { type: 'text', text: bounded(isRedacted ? text : redactText(text), 'Ask for less.', MAX_CHARACTERS + 2_000) },
  ];
  if (shown && Call.current()?.client?.showsLinks) {
    content.push({
      type: 'resource_link',
      uri: resourceUri(shown),
      name: `${shown.name}.yaml`,
      title: `${shown.kind} ${shown.namespace ? `${shown.namespace}/` : ''}${shown.name}`,
      mimeType: YAML_TYPE,
      annotations: { audience: ['user'] },
    });
  }
  return { content };
}

/** An error as a tool result, which a model can read and act on. */
export function errorResult(error: unknown): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: bounded(redactText(formatError(error)), '', 4_000) }] };
}
