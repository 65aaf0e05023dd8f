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
  /** Where writes are recorded; undefined for the default location. */
  journal: string | undefined;
  helm: HelmAccess;
  /** Address of Prometheus; undefined to look for one in the cluster. */
  prometheus: string | undefined;
  /** Receives what the agent is shown, where there is an editor. */
  editor?: EditorLink | undefined;
  /** The caller's name for the journal, where clients authenticate. */
  caller?: () => string | undefined;
  /** Called when a call has ended. */
  called?: (call: FinishedCall) => void;
  /** Called for each journal entry. */
  recorded?: (entry: JournalEntry) => void;
  /** Runs a call within the trace named by its request headers. */
  trace?: (
    tool: string,
    headers: Record<string, unknown>,
    run: () => Promise<CallToolResult>,
  ) => Promise<CallToolResult>;
  /** For whoever runs the server; never for the model. */
  log(message: string): void;
}

/** The outcome of a tool call; `refused` by the policy or the user. */
export interface FinishedCall {
  tool: string;
  outcome: 'ok' | 'error' | 'refused';
  seconds: number;
}
