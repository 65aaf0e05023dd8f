import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { Policy } from '../../kubernetes/policy.ts';

/** What a prompt can use while it gathers its data. */
export interface PromptContext {
  connection: Connection;
  policy: Policy;
  signal: AbortSignal;
  /** How the search was narrowed, and for which kinds; filled while gathering. */
  limits: Map<string, Set<string>>;
  /** Calls a tool in the prompt's context. */
  call(tool: string, args: Record<string, unknown>): Promise<CallToolResult>;
  /** The client's roots as local folders; undefined when it has none or is on another machine. */
  roots(): Promise<string[] | undefined>;
}

/** A prompt as one declaration. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly { name: string; description: string; required?: boolean }[];
  /** It lists objects, so it exists only where listing is allowed. */
  lists: boolean;
  /** The task for the model, and its data. */
  run(args: Record<string, string>, context: PromptContext): Promise<PromptText>;
}

export interface PromptText {
  task: string;
  data: string;
}
