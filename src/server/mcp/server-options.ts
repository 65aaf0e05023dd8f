import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Policy } from '../../kubernetes/policy.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import type { EditorLink } from '../core/editor-link.ts';
import type { HelmAccess } from '../core/tool.ts';
import type { ReviewMode } from './review.ts';

export interface ServerOptions {
  version: string;
  policy: Policy;
  review: ReviewMode;
  /** Where writes are recorded; undefined for the usual place. */
  journal: string | undefined;
  helm: HelmAccess;
  /** Told what the agent is shown, where there is an editor. */
  editor?: EditorLink | undefined;
  /** Who makes the calls, where clients have to say who they are; for the journal. */
  caller?: () => string | undefined;
  /** Told of each call when it has ended. */
  called?: (call: FinishedCall) => void;
  /** Told of each line that the journal gets. */
  recorded?: (entry: JournalEntry) => void;
  /** Runs a call as part of the trace that the headers of its request belong to. */
  trace?: (
    tool: string,
    headers: Record<string, unknown>,
    run: () => Promise<CallToolResult>,
  ) => Promise<CallToolResult>;
  /** For those who run the server; never for the model. */
  log(message: string): void;
}

/** How a call of a tool went; `refused` by the policy or the user. */
export interface FinishedCall {
  tool: string;
  outcome: 'ok' | 'error' | 'refused';
  seconds: number;
}
