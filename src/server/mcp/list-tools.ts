import type { ListToolsResult } from '@modelcontextprotocol/sdk/types.js';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import type { Contexts } from '../core/contexts.ts';
import { annotations, type InputSchema } from '../core/tool.ts';
import { type ListedTool, listedTools } from './tool-list.ts';

/** Contexts are listed in schemas while that takes at most this many characters over all tools. */
const MAX_SPELLED_OUT = 1_000;

/** The enabled tools; each takes a context where there are several to choose from. */
export async function listTools(policy: Policy, contexts: Contexts): Promise<ListToolsResult> {
  const choices = await contexts.choices();
  const policies = await contexts.policies();
  // One cluster that allows it is enough: the call tells where it is refused.
  const enabled = listedTools.filter((tool) =>
    (tool.inContext === false ? [policy] : policies).some((one) => one.toolRefusal(tool) === undefined),
  );
  const isSpelledOut = jsonText(choices).length * enabled.length <= MAX_SPELLED_OUT;
  return {
    tools: enabled.map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: withContext(tool, choices, isSpelledOut),
      annotations: annotations(tool),
    })),
  };
}

// A parameter with only one possible value would just cost tokens.
function withContext(
  { schema, inContext, inContexts }: ListedTool,
  contexts: readonly string[],
  isSpelledOut: boolean,
): InputSchema {
  if (inContext === false || contexts.length === 0) return schema;
  const one = isSpelledOut ? { type: 'string', enum: contexts } : { type: 'string' };
  const context = inContexts ? { type: 'string', description: 'One or more: a,b; * for all' } : one;
  return { ...schema, properties: { ...schema.properties, context } };
}
