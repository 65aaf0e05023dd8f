import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { Policy } from '../../kubernetes/policy.ts';

/** What a prompt has at hand while it gathers its data. */
export interface PromptContext {
  connection: Connection;
  policy: Policy;
  signal: AbortSignal;
  /** How the search was narrowed, with the kinds for which it was; filled while the data is gathered. */
  limits: Map<string, Set<string>>;
  /** Calls one of the tools, in the prompt's context. */
  call(tool: string, args: Record<string, unknown>): Promise<CallToolResult>;
  /** The client's roots as folders of this machine; undefined when it has none, or is on another machine. */
  roots(): Promise<string[] | undefined>;
}

/** A prompt as one declaration. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly { name: string; description: string; required?: boolean }[];
  /** It lists objects, so it is there only where listing is allowed. */
  lists: boolean;
  /** What the model is to do, and the data that it does it with. */
  run(args: Record<string, string>, context: PromptContext): Promise<PromptText>;
}

export interface PromptText {
  task: string;
  data: string;
}
