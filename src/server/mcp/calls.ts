import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { RefusedError, RejectedError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import { isHelmOperation } from '../../kubernetes/apimachinery/helm-operations.ts';
import { nearest } from '../../kubernetes/apimachinery/nearest.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { defaultJournal, type JournalEntry, journalAt } from '../../kubernetes/writes/journal.ts';
import { JournaledWriter } from '../../kubernetes/writes/journaled-writer.ts';
import { judge, type WriteRules } from '../../kubernetes/writes/judgement.ts';
import { Call } from '../core/call.ts';
import type { Contexts } from '../core/contexts.ts';
import { formatError } from '../core/error-text.ts';
import { prometheusOf } from '../core/prometheus-access.ts';
import { RequestError } from '../core/request-error.ts';
import { errorResult, toResult } from '../core/response.ts';
import { refuseTellingSelectors } from '../core/telling-selectors.ts';
import { parseInput, type Tool, type ToolContext, type ToolDeclaration } from '../core/tool.ts';
import { subresourceAdvice } from '../tools/subresources.ts';
import { audited } from './audit.ts';
import { failedAttempt, isRefused, MAX_NAME_LENGTH, manifestText } from './failed-attempt.ts';
import { withoutHiddenValues } from './hidden-values.ts';
import { QuestionSeal } from './question-seal.ts';
import { type ReviewedCall, Reviewer } from './review.ts';
import type { FinishedCall, ServerOptions } from './server-options.ts';
import { type ListedTool, listedTools } from './tool-list.ts';

const COORDINATES = ['context', 'kind', 'namespace', 'name'] as const;

const QUESTION =
  ' A review only asks a question, but by creating an object, so it needs the switch too. Without it, do what you would ask about: where this user may not, the answer (403) says so.';

/** Looking for a module that is loaded takes time as well. */
const loadedTools = new Map<ListedTool, Promise<Tool>>();

export interface CallsOptions extends ServerOptions {
  /** The caller's contexts. */
  contexts: () => Promise<Contexts>;
}

/** What one call carries. */
interface OneCall {
  signal: AbortSignal;
  progress(message: string): void;
  /** Nothing more is asked of the client. */
  settled?(): void;
}

/** Runs the tools for one client. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #reviewer: Reviewer;

  constructor(options: CallsOptions) {
    this.#options = options;
    const { review: mode, editor, seal = new QuestionSeal(), owner = () => '' } = options;
    this.#reviewer = new Reviewer({ mode, editor, seal, owner });
  }

  /**
   * Runs one tool. Any failure becomes a result that the model can read.
   * @throws only when the answer is a question to the client, or its answer to one was made up.
   */
  async call(name: string, args: unknown, call: OneCall): Promise<CallToolResult> {
    // Nothing is read for an answer that is given, as when one of several requests has failed.
    const over = new AbortController();
    try {
      return await this.#run(name, args, { ...call, signal: AbortSignal.any([call.signal, over.signal]) });
    } finally {
      over.abort();
    }
  }

  async #run(name: string, args: unknown, { signal, progress, settled }: OneCall): Promise<CallToolResult> {
    const { policy, editor } = this.#options;
    const begin = performance.now();
    const listed = listedTools.find((candidate) => candidate.name === name);
    const finished = (outcome: FinishedCall['outcome']) =>
      audited(this.#options, () => ({
        tool: listed?.name ?? 'unknown',
        ...coordinatesIn(args),
        outcome,
        seconds: Math.round(performance.now() - begin) / 1000,
      }));
    let writer: JournaledWriter | undefined;
    try {
      if (!listed) throw this.#unknownTool(name);
      // Checked here too: a client may call a tool that was never listed.
      const check = (rules: Policy) => {
        const refusal = rules.toolRefusal(listed);
        if (refusal) throw new RefusedError(`${refusal}${namesReview(args) ? QUESTION : ''}`);
      };
      check(policy);
      const { context, rest } = takeContext(listed, args);
      const tool = await loaded(listed);
      const input = parseInput(tool, listed.schema, rest);
      refuseTellingSelectors(input);
      const contexts = await this.#options.contexts();
      const connect = async (named: string | undefined, until: AbortSignal): Promise<ToolContext> => {
        const connection = await contexts.connect(named);
        // A tool that concerns no cluster is not narrowed by the rules of one.
        const policyOf = (one: Connection) => (tool.inContext === false ? policy : contexts.policyFor(one));
        const call = [name, args];
        const reviewed = { signal: until, call, fresh: this.#reviewer.freshValues(call), settled };
        writer = this.#writer(connection, tool, () => policyOf(connection), reviewed);
        check(policyOf(connection));
        const connectTo = async (other: string) => {
          const there = await contexts.connect(other);
          check(policyOf(there));
          return there;
        };
        // Each call waits for a login itself: what calls share later, such as discovery, knows only the first of them.
        if (tool.inContext !== false) await connection.client.login(until);
        // The rules may have changed while somebody signed in.
        const here = policyOf(connection);
        check(here);
        if (tool.access === 'read') settled?.();
        const { helm, prometheus: address } = this.#options;
        const prometheus = () => prometheusOf(connection, address, contexts, policyOf(connection));
        return { connection, signal: until, progress, contexts, connectTo, policy: here, helm, prometheus, writer };
      };
      const names = tool.runInContexts && context !== undefined ? await contexts.among(context) : [];
      const answer =
        tool.runInContexts && names.length > 1
          ? await tool.runInContexts(input, names, (one, until) => connect(one, AbortSignal.any([signal, until])))
          : await tool.run(input, await connect(names[0] ?? context, signal));
      if (answer.shown) {
        contexts.recentKinds.add(answer.shown.resource);
        editor?.announce(answer.shown);
      }
      await finished('ok');
      return toResult({ ...answer, text: `${answer.text}${await this.#contextNote(listed)}` });
    } catch (error) {
      // The answer is a question, which the door puts in the place of the error.
      if (Call.current()?.caller?.questions || error instanceof RequestError) {
        await finished(error instanceof RequestError ? 'error' : 'asked');
        throw error;
      }
      if (listed && listed.access !== 'read') {
        const entry = await failedAttempt({ tool: listed.name, access: listed.access, args, error, writer });
        if (entry) await this.#record(entry);
      }
      await finished(isRefused(error) || error instanceof RejectedError ? 'refused' : 'error');
      const advice = subresourceAdvice(error);
      const notes = `${advice ? ` ${advice}` : ''}${await this.#contextNote(listed)}`;
      return errorResult(notes ? new UserError(`${formatError(error)}${notes}`) : error);
    }
  }

  #writer(
    connection: Connection,
    tool: ToolDeclaration,
    policy: () => Policy,
    { settled, ...call }: Omit<ReviewedCall, 'hasWritten' | 'atLeast'> & Pick<OneCall, 'settled'>,
  ): JournaledWriter {
    const { signal, fresh } = call;
    const operation = isHelmOperation(tool.switch) ? tool.switch : undefined;
    const rules: WriteRules = {
      accessRefusal: (access) => policy().accessRefusal(access, operation),
      deniesKind: (target, known) => policy().deniesKind(target, known),
    };
    return new JournaledWriter({
      connection,
      signal,
      journal: this.#journal,
      actor: 'agent',
      fresh,
      judge: (changes) => judge(changes, rules, connection, signal),
      ask: async (changes, hasWritten) => {
        const decision = await this.#reviewer.review(changes, { ...call, hasWritten, atLeast: policy().review });
        settled?.();
        return decision;
      },
    });
  }

  // A user who switched contexts in a terminal may expect the next write there.
  async #contextNote(tool: ToolDeclaration | undefined): Promise<string> {
    if (!tool || tool.access === 'read') return '';
    const { change } = await this.#options.contexts();
    return change ? `\nNote: ${change}` : '';
  }

  readonly #journal = { add: (entry: JournalEntry) => this.#record(entry) };

  #record(written: JournalEntry): Promise<void> {
    const { caller, recorded, journal, log } = this.#options;
    const name = caller?.() ?? Call.current()?.client?.name?.slice(0, MAX_NAME_LENGTH);
    const entry = { ...withoutHiddenValues(written), ...(name !== undefined && { caller: name }) };
    recorded?.(entry);
    return journalAt(journal ?? defaultJournal(), log).add(entry);
  }

  #unknownTool(name: string): UserError {
    const names = listedTools.filter((tool) => !this.#options.policy.toolRefusal(tool)).map((tool) => tool.name);
    const close = nearest(name, names, 2);
    return new UserError(
      `There is no tool "${name}". ${close.length > 0 ? `Nearest: ${close.join(', ')}.` : `There are: ${names.join(', ')}.`}`,
    );
  }
}

/** What a call says of its target, as far as it is short: for the log. */
function coordinatesIn(args: unknown): Pick<FinishedCall, 'context' | 'kind' | 'namespace' | 'name'> {
  const given = isObject(args) ? args : {};
  const texts = COORDINATES.flatMap((key) => {
    const value = given[key];
    return typeof value === 'string' && value !== ''
      ? [[key, redactText(oneLine(value.slice(0, MAX_NAME_LENGTH)))]]
      : [];
  });
  return Object.fromEntries(texts);
}

// A review is a question, but creating one may also ask on behalf of others. The text tells without parsing it.
function namesReview(args: unknown): boolean {
  return isObject(args) && /\bkind["']?\s*:\s*["']?\w+Review\b/.test(manifestText(args.manifest));
}

// Accepted wherever it is given; the connection decides whether it is allowed.
function takeContext(tool: ListedTool, args: unknown): { context: string | undefined; rest: unknown } {
  if (tool.inContext === false || !isObject(args)) return { context: undefined, rest: args };
  const { context, ...rest } = args;
  const named = tool.inContexts && Array.isArray(context) ? context.join(',') : context;
  return typeof named === 'string' ? { context: named || undefined, rest } : { context: undefined, rest: args };
}

function loaded(listed: ListedTool): Promise<Tool> {
  const tool = loadedTools.get(listed) ?? listed.load();
  loadedTools.set(listed, tool);
  return tool;
}
