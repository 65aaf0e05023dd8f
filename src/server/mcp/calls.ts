import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { errorText } from '../../kubernetes/apimachinery/error-text.ts';
import { RefusedError, RejectedError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import { nearest } from '../../kubernetes/apimachinery/nearest.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { CreationError } from '../../kubernetes/writes/creation.ts';
import { defaultJournal, type JournalEntry, journalAt } from '../../kubernetes/writes/journal.ts';
import { JournaledWrites } from '../../kubernetes/writes/journaled-writes.ts';
import type { Contexts } from '../core/contexts.ts';
import { errorResult, toResult } from '../core/response.ts';
import { annotations, inputSchema, parseInput, type Tool } from '../core/tool.ts';
import { Reviewer } from './review.ts';
import type { FinishedCall, ServerOptions } from './server-options.ts';
import { tools } from './tools.ts';

/** A choice of contexts up to this size is spelled out in the schema. */
const FEW = 12;

const QUESTION =
  ' A review only asks a question, but by creating an object, so it needs the switch too. Without it, do what you would ask about: where this user may not, the answer (403) says so.';

export interface CallsOptions extends ServerOptions {
  /** Those of whoever makes the call. */
  contexts: () => Promise<Contexts>;
  server: Server;
}

/** What belongs to one call. */
interface OneCall {
  signal: AbortSignal;
  progress(message: string): void;
}

/** Lists and runs the tools for one client. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #reviewer: Reviewer;
  readonly #writes: JournaledWrites;

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#reviewer = new Reviewer(options.review, options.server, options.editor);
    this.#writes = new JournaledWrites({ add: (entry) => this.#record(entry) }, 'agent');
  }

  /** The tools that are switched on; with several contexts to choose from, each takes one. */
  async list(): Promise<ListToolsResult> {
    const contexts = await (await this.#options.contexts()).choices();
    return {
      tools: tools
        .filter((tool) => this.#options.policy.toolRefusal(tool) === undefined)
        .map((tool) => withContext(tool, contexts))
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
  async call(name: string, args: unknown, { signal, progress }: OneCall): Promise<CallToolResult> {
    const { policy, editor, called } = this.#options;
    const begin = performance.now();
    const tool = tools.find((candidate) => candidate.name === name);
    const finished = (outcome: FinishedCall['outcome']) =>
      called?.({ tool: tool?.name ?? 'unknown', outcome, seconds: (performance.now() - begin) / 1000 });
    try {
      if (!tool) throw this.#unknownTool(name);
      // Decided here, where the call runs: a client may call what was never listed.
      const refusal = policy.toolRefusal(tool);
      if (refusal) throw new RefusedError(`${refusal}${isQuestion(args) ? QUESTION : ''}`);
      const { context, rest } = takeContext(tool, args);
      const input = parseInput(tool, rest);
      const contexts = await this.#options.contexts();
      const connection = await contexts.connect(context);
      const answer = await tool.run(input, {
        connection,
        signal,
        progress,
        contexts,
        policy,
        review: (changes) => this.#writes.review(changes, () => this.#reviewer.review(changes, signal)),
        write: (...write) => this.#writes.write(...write),
      });
      if (answer.shown) {
        contexts.recentKinds.add(answer.shown.resource);
        editor?.announce(answer.shown);
      }
      finished('ok');
      return toResult({ ...answer, text: `${answer.text}${await this.#contextNote(tool)}` });
    } catch (error) {
      const refused = isRefused(error);
      if (tool && refused) await this.#recordRefusal(tool, args, errorText(error));
      finished(refused || error instanceof RejectedError ? 'refused' : 'error');
      const note = await this.#contextNote(tool);
      return errorResult(note ? new UserError(`${errorText(error)}${note}`) : error);
    }
  }

  // Whoever switched contexts in a terminal may believe that the next write goes there.
  async #contextNote(tool: Tool | undefined): Promise<string> {
    if (!tool || tool.access === 'read') return '';
    const { change } = await this.#options.contexts();
    return change ? `\nNote: ${change}` : '';
  }

  async #recordRefusal(tool: Tool, args: unknown, reason: string): Promise<void> {
    if (tool.access === 'read') return;
    const given = isObject(args) ? args : {};
    const text = (key: string) => (typeof given[key] === 'string' ? given[key].slice(0, 253) : undefined);
    const change = { access: tool.access, context: text('context') ?? '', apiVersion: text('apiVersion') ?? '' };
    const target = { kind: text('kind') ?? tool.name, namespace: text('namespace'), name: text('name') };
    await this.#writes.record({ ...change, ...target }, 'refused', reason);
  }

  #record(written: JournalEntry): Promise<void> {
    const { caller, recorded, journal, log } = this.#options;
    const name = caller?.();
    const entry = name === undefined ? written : { ...written, caller: name };
    recorded?.(entry);
    return journalAt(journal ?? defaultJournal(), log).add(entry);
  }

  #unknownTool(name: string): UserError {
    const names = tools.filter((tool) => !this.#options.policy.toolRefusal(tool)).map((tool) => tool.name);
    const close = nearest(name, names, 2);
    return new UserError(
      `There is no tool "${name}". ${close.length > 0 ? `Nearest: ${close.join(', ')}.` : `There are: ${names.join(', ')}.`}`,
    );
  }
}

// Who may create what only asks may also ask in the name of others.
function isQuestion(args: unknown): boolean {
  return isObject(args) && /\bkind["']?\s*:\s*["']?\w+Review\b/.test(textOf(args.manifest));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** By the policy; of several objects, one is enough. */
function isRefused(error: unknown): boolean {
  if (error instanceof CreationError) return error.problems.some((problem) => isRefused(problem.error));
  return error instanceof RefusedError;
}

// Taken wherever it is given; whether it is allowed is for the connection to say.
function takeContext(tool: Tool, args: unknown): { context: string | undefined; rest: unknown } {
  if (tool.inContext === false || !isObject(args) || typeof args.context !== 'string')
    return { context: undefined, rest: args };
  const { context, ...rest } = args;
  return { context: String(context) || undefined, rest };
}

// A parameter that has one possible value would only cost tokens.
function withContext(tool: Tool, contexts: readonly string[]): Tool {
  const [first, ...rest] = contexts;
  if (tool.inContext === false || first === undefined) return tool;
  const choice = contexts.length <= FEW ? z.enum([first, ...rest]) : z.string();
  return { ...tool, input: { ...tool.input, context: choice.optional() } };
}
