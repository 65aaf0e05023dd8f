import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Policy } from '../../kubernetes/policy.ts';
import type { ReviewMode } from '../../kubernetes/rules.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import type { EditorLink } from '../core/editor-link.ts';
import type { HelmAccess } from '../core/tool.ts';
import type { QuestionSeal } from './question-seal.ts';
import type { Tasks } from './tasks.ts';

export interface ServerOptions {
  version: string;
  policy: Policy;
  review: () => ReviewMode;
  /** Where writes are recorded; undefined for the default location. */
  journal: string | undefined;
  /** Where each call is recorded; undefined for nowhere. */
  audit?: string | undefined;
  helm: HelmAccess;
  /** Address of Prometheus; undefined to look for one in the cluster. */
  prometheus: string | undefined;
  /** Receives what the agent is shown, where there is an editor. */
  editor?: EditorLink | undefined;
  /** The caller's name for the journal, where clients authenticate. */
  caller?: () => string | undefined;
  /** Whose answers to questions count; by default there is only one caller. */
  owner?: () => string;
  /** Recognizes the answers to questions that another process may have asked. */
  seal?: QuestionSeal | undefined;
  /** Where long calls go on whose client asks later; undefined where it may then reach another process. */
  tasks?: Tasks | undefined;
  /** False where the client has no stream for what happens later: then it is not promised to tell. */
  tellsLater?: boolean;
  /** Is the client sent what is logged, as from `createLog`? Then that is promised, and it can set the level. */
  logging?: boolean;
  /** Aborts when open subscriptions end. */
  stopping?: AbortSignal;
  /** Aborts when what is still asked has to be answered at once. */
  ending?: AbortSignal;
  /** Called when a call has ended. */
  called?: (call: FinishedCall) => void;
  /** Called for each journal entry. */
  recorded?: (entry: JournalEntry) => void;
  /** Is told of calls, where OpenTelemetry's environment variables ask for it. */
  telemetry?: Telemetry | undefined;
  /** For whoever runs the server; never for the model. */
  log(message: string): void;
}

/** The outcome of a tool call; `refused` by the policy or the user, `asked` when the user has to decide first. */
export interface FinishedCall {
  tool: string;
  context?: string;
  kind?: string;
  namespace?: string;
  name?: string;
  outcome: 'ok' | 'error' | 'refused' | 'asked';
  seconds: number;
}

/** What the audit log keeps of a call. */
export interface AuditEntry extends FinishedCall {
  time: string;
  caller?: string;
}

export interface Telemetry {
  /** Runs a call within the trace that its carrier names: the request's headers, or what it says in `_meta`. */
  trace(tool: string, carrier: Record<string, unknown>, run: () => Promise<CallToolResult>): Promise<CallToolResult>;
  /** A call has ended. */
  called(entry: AuditEntry): void;
}
