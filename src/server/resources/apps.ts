import type { ListToolsResult, ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { APP_TYPE } from '../core/caller.ts';
import { RESOURCE_NOT_FOUND, RequestError } from '../core/request-error.ts';

const BASE = 'ui://mcp-k8s/';

/**
 * What shows the answers of which tools. The views show the text that the model reads, and ask for nothing: a host may
 * give a model whatever it gives a view, so a button in one could approve a model's own write. Users decide in the
 * editor, or where their client asks them.
 */
const TOOLS = {
  table: ['get_api_resources', 'list_resources', 'get_resource_usage', 'list_events', 'list_contexts'],
  diagnosis: ['diagnose_resource'],
  change: ['update_resource', 'apply_manifest', 'compare_resources', 'scale_resource', 'rollout_resource'],
} as const;
type View = keyof typeof TOOLS;
const VIEWS = Object.keys(TOOLS) as View[];

/** The tools, each with the view that shows its answers. */
export function withViews(list: ListToolsResult): ListToolsResult {
  const viewOf = (tool: string) => VIEWS.find((view) => TOOLS[view].some((name) => name === tool));
  return {
    ...list,
    tools: list.tools.map((tool) => {
      const view = viewOf(tool.name);
      return view ? { ...tool, _meta: { ui: { resourceUri: `${BASE}${view}`, visibility: ['model'] } } } : tool;
    }),
  };
}

/** The page of a view, whole: it loads nothing. @throws RequestError when there is no such view. */
export async function readPage(uri: string): Promise<ReadResourceResult> {
  const view = VIEWS.find((name) => uri === `${BASE}${name}`);
  if (!view) throw new RequestError(`There is no view ${uri.slice(0, 100)}.`, RESOURCE_NOT_FOUND, { uri });
  const { appSource } = await import('./app-source.ts');
  const text = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kubernetes</title>
<style>${appSource.style}</style>
</head>
<body data-view="${view}">
<script>${appSource.script.replaceAll('</', '<\\/')}</script>
</body>
</html>
`;
  return { contents: [{ uri, mimeType: APP_TYPE, text, _meta: { ui: { prefersBorder: true } } }] };
}
