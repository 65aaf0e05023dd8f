import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/sdk/types.js';
import type { Cluster } from '../kubernetes/cluster.ts';
import { UserError } from '../kubernetes/errors.ts';
import { nearest } from '../kubernetes/nearest.ts';
import type { EditorLink } from './editor-link.ts';
import type { Policy } from './policy.ts';
import { errorResult, toResult } from './response.ts';
import { annotations, inputSchema, parseInput } from './tool.ts';
import { tools } from './tools/index.ts';

/** What a call is made with. */
export interface CallContext {
  policy: Policy;
  cluster: Cluster;
  editor: EditorLink | undefined;
  signal: AbortSignal;
  progress(message: string): void;
}

/** The tools that are switched on. */
export function listTools(policy: Policy): ListToolsResult {
  return {
    tools: tools
      .filter((tool) => policy.refusal(tool) === undefined)
      .map((tool) => ({
        name: tool.name,
        title: tool.title,
        description: tool.description,
        inputSchema: inputSchema(tool),
        annotations: annotations(tool),
      })),
  };
}

/** Runs one tool. Whatever goes wrong becomes a result that the model can read; it never throws. */
export async function callTool(
  name: string,
  args: unknown,
  { policy, cluster, editor, signal, progress }: CallContext,
): Promise<CallToolResult> {
  try {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool) throw unknownTool(name, policy);
    // Decided here, where the call runs: a client may call what was never listed.
    const refusal = policy.refusal(tool);
    if (refusal) throw new UserError(refusal);
    const input = parseInput(tool, args);
    const connection = await cluster.connect();
    const answer = await tool.run(input, { connection, signal, progress });
    if (answer.shown) editor?.announce(answer.shown);
    return toResult(answer);
  } catch (error) {
    return errorResult(error);
  }
}

function unknownTool(name: string, policy: Policy): UserError {
  const names = tools.filter((tool) => !policy.refusal(tool)).map((tool) => tool.name);
  const close = nearest(name, names, 2);
  return new UserError(
    `There is no tool "${name}". ${close.length > 0 ? `Nearest: ${close.join(', ')}.` : `There are: ${names.join(', ')}.`}`,
  );
}
