import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import type { Access } from '../../kubernetes/apimachinery/access.ts';
import { parseDuration } from '../../kubernetes/apimachinery/duration.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import { selectorText } from '../../kubernetes/apimachinery/label-selector.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { HelmProgram } from '../../kubernetes/helm/helm-program.ts';
import type { WorkspaceAccess } from '../../kubernetes/kustomize/workspace-manifest.ts';
import type { Prometheus } from '../../kubernetes/metrics/prometheus.ts';
import type { Policy } from '../../kubernetes/policy.ts';
import type { Toolset } from '../../kubernetes/rules.ts';
import type { Writer } from '../../kubernetes/writes/writer.ts';
import type { ResourceShown } from '../../protocol.ts';
import type { Switch } from '../../settings.ts';
import type { Contexts } from './contexts.ts';

/** What a tool can use while it runs. */
export interface ToolContext {
  connection: Connection;
  /** Aborts when the call is cancelled. */
  signal: AbortSignal;
  /** The only way to write. */
  writer: Writer;
  /** Reports progress of a long call, if the client asked for it. */
  progress(message: string): void;
  contexts: Contexts;
  /** Connects to another context, if the tool may be used there too. */
  connectTo(context: string): Promise<Connection>;
  /** What is allowed in the connection's cluster. */
  policy: Policy;
  helm: HelmAccess;
  /** The Prometheus of the connection's cluster; undefined if there is none, or the toolset is off. */
  prometheus(): Promise<Prometheus | undefined>;
}

/** Access to Helm, Kustomize and the workspace, on this machine. */
export interface HelmAccess extends WorkspaceAccess {
  /** @throws UserError that says what to install. */
  program(): Promise<HelmProgram>;
}

/** A tool's answer. */
export interface ToolAnswer {
  /** Redacted like any outside text, unless the tool has done so. */
  text: string;
  isRedacted?: true;
  /** The object to show the user. */
  shown?: ResourceShown;
}

/** What is known of a tool without loading it. */
export interface ToolDeclaration {
  name: string;
  title: string;
  /** One sentence of purpose, one of advice. */
  description: string;
  access: Access;
  /** The switch that enables it, where its access alone does not decide. */
  switch?: Switch;
  /** Further switches that it needs. */
  also?: readonly Switch[];
  /** `core` by default. */
  toolset?: Toolset;
  /** It can tell of any namespace and kind, whatever is asked. */
  unconfined?: true;
  /** False for a tool that concerns no single cluster and takes no `context`. */
  inContext?: false;
}

/** Switches that some calls of a tool need. */
export interface Besides {
  /** What asks for it, such as `action=drain`. */
  for: string;
  needs: readonly Switch[];
}

/** A tool as one declaration, from which registration, annotations and permission check follow. */
export interface Tool<Shape extends z.ZodRawShape = z.ZodRawShape> extends ToolDeclaration {
  input: Shape;
  /** What some of its calls need besides, and are refused without. */
  besides?: readonly Besides[];
  run(input: z.infer<z.ZodObject<Shape>>, context: ToolContext): Promise<ToolAnswer>;
  /** For a tool that takes several contexts at once; `connect` connects to one of them and signs in. */
  runInContexts?(
    input: z.infer<z.ZodObject<Shape>>,
    names: readonly string[],
    connect: (name: string, signal: AbortSignal) => Promise<ToolContext>,
  ): Promise<ToolAnswer>;
}

/** Of an argument or a list item, in characters. */
const MAX_ARGUMENT_LENGTH = 32_000;
const MAX_MEMBERS = 1_000;

/** Types `run` by the tool's input. */
export function defineTool<Shape extends z.ZodRawShape>(tool: Tool<Shape>): Tool {
  return tool as unknown as Tool;
}

/** A tool's input as a plain draft-07 schema. */
export type InputSchema = { type: 'object'; properties: Record<string, object>; required?: string[] };

/** Client hints, derived from the tool's access. */
export function annotations({ access }: ToolDeclaration): ToolAnnotations {
  // Without the title, which each tool has already: every conversation would pay for it twice.
  if (access === 'read') return { readOnlyHint: true, openWorldHint: false };
  return {
    readOnlyHint: false,
    destructiveHint: access !== 'create',
    openWorldHint: false,
  };
}

const schemas = new WeakMap<Tool, z.ZodObject>();

function schemaOf(tool: Tool): z.ZodObject {
  const schema = schemas.get(tool) ?? z.object(tool.input);
  schemas.set(tool, schema);
  return schema;
}

/**
 * Validates what a model sent and fills in the defaults.
 * @throws UserError that names every wrong parameter.
 */
export function parseInput(tool: Tool, { properties }: InputSchema, given: unknown): JsonObject {
  const args = isObject(given) ? withPlainName(tool, inOurNumber(tool, given)) : {};
  const unknown = Object.keys(args).filter((key) => !(key in tool.input));
  if (unknown.length > 0) {
    throw new UserError(
      `${tool.name} has no parameter ${unknown.slice(0, 10).join(', ').slice(0, 200)}. It takes: ${Object.keys(tool.input).join(', ')}.`,
    );
  }
  refuseTooMuch(tool, args);
  const parsed = schemaOf(tool).safeParse(lenient(tool, properties, args));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 10).map(({ path, message }) => problemText(path, message, args));
  throw new UserError(`${tool.name} was called with wrong parameters. ${problems.join('; ')}.`);
}

function problemText(path: readonly PropertyKey[], message: string, args: JsonObject): string {
  const [first = ''] = path;
  const given = args[String(first)];
  if (path.length === 1 && isNothing(given)) return `${String(first)} is missing`;
  if (typeof given === 'number' && /expected string/.test(message))
    return `${path.join('.')}: ${message}: write it in quotes, since a number loses what its digits say`;
  if (path.length === 1 && typeof given === 'string' && /expected (?:number|int), received string/.test(message))
    return `${String(first)} is a number, written in digits alone, and "${given.slice(0, 40)}" is none`;
  return `${path.join('.')}: ${message}`;
}

function isNothing(given: unknown): boolean {
  return given == null || given === '';
}

// `kinds` for `kind`, `column` for `columns`: unambiguous. In a write, every name must match exactly.
function inOurNumber({ access, input }: Tool, args: JsonObject): JsonObject {
  if (access !== 'read') return args;
  const named = Object.entries(args).map(([key, value]): [string, unknown] => {
    const other = key.endsWith('s') ? key.slice(0, -1) : `${key}s`;
    return [key in input || !(other in input) || other in args ? key : other, value];
  });
  return Object.fromEntries(named);
}

/** What stands before a name in kubectl's TYPE/NAME, for tools that take objects of one kind. */
const OF_ONE_KIND = { node: /^(?:nodes?|no)\//i, pod: /^(?:pods?|po)\//i };

// kubectl's TYPE/NAME, unless the call names another kind. A write takes it only where there is only one kind.
function withPlainName({ name: tool, access, input }: Tool, args: JsonObject): JsonObject {
  const { name, kind } = args;
  if (typeof name !== 'string' || !('name' in input)) return args;
  if (!('kind' in input)) {
    const prefix = Object.entries(OF_ONE_KIND).find(([of]) => tool.includes(of))?.[1];
    return prefix ? { ...args, name: name.replace(prefix, '') } : args;
  }
  const [type = '', plain = '', more] = name.split('/');
  if (access !== 'read' || type === '' || plain === '' || more !== undefined) return args;
  return isNothing(kind) || kind === type ? { ...args, kind: type, name: plain } : args;
}

// Texts have limits of their own.
function refuseTooMuch(tool: Tool, args: JsonObject): void {
  for (const [key, value] of Object.entries(args)) {
    if (['manifest', 'patch', 'values', 'content'].includes(key)) continue;
    const members = Array.isArray(value) ? value : [value];
    const long = members.some((member) => typeof member === 'string' && member.length > MAX_ARGUMENT_LENGTH);
    if (long) throw new UserError(`${tool.name}: ${key} has more than ${MAX_ARGUMENT_LENGTH} characters.`);
    if (members.length > MAX_MEMBERS) throw new UserError(`${tool.name}: ${key} has more than ${MAX_MEMBERS} members.`);
  }
}

// Models often send "50" for 50 or the reverse, "30s" for seconds, "True" for true, an object for its JSON text or for a selector, a string
// for a list of one or the reverse, several kinds as a list, and null or "" for nothing. A write takes no number for a
// text: the version 1.10 would be another one.
function lenient({ access }: Tool, properties: InputSchema['properties'], args: JsonObject): JsonObject {
  const mended = Object.entries(args).map(([key, value]): [string, unknown] => {
    const { type, enum: choices } = (properties[key] ?? {}) as { type?: string; enum?: unknown[] };
    if (value === '' && (choices || type !== 'string')) return [key, null];
    // Some clients show the model no choices.
    if (choices && typeof value === 'string') return [key, choiceOf(value, choices)];
    if (/Selector$/.test(key) && isObject(value)) return [key, selectorText(value) ?? ''];
    if (type === 'string' && Array.isArray(value) && value.every((member) => typeof member === 'string'))
      return [key, key === 'kind' || key === 'namespace' || value.length === 1 ? value.join(',') : value];
    if (type === 'string' && typeof value === 'object' && value !== null) return [key, jsonText(value)];
    if ((type === 'number' || type === 'integer') && typeof value === 'string')
      return [key, numberOf(value, /Seconds$/.test(key))];
    if (type === 'string' && (typeof value === 'boolean' || (access === 'read' && Number.isSafeInteger(value))))
      return [key, String(value)];
    if (type === 'boolean' && typeof value === 'string') return [key, booleanOf(value)];
    if (type === 'array' && typeof value === 'string') return [key, parseList(value)];
    return [key, value];
  });
  return Object.fromEntries(mended.filter(([, value]) => value !== null));
}

/** Only what can be nothing but a number: "+1" may mean one more. */
function numberOf(text: string, isSeconds: boolean): unknown {
  const given = text.trim();
  if (given === '') return null;
  if (/^-?\d+(?:\.\d+)?$/.test(given)) return Number(given);
  const seconds = isSeconds ? secondsOf(given) : undefined;
  return seconds ?? text;
}

function secondsOf(text: string): number | undefined {
  try {
    return parseDuration(text) / 1000;
  } catch {
    return undefined;
  }
}

function booleanOf(text: string): unknown {
  const given = text.trim().toLowerCase();
  return given === 'true' || (given === 'false' ? false : text);
}

function choiceOf(value: string, choices: readonly unknown[]): unknown {
  const given = value.trim().toLowerCase();
  const meant = choices.filter((choice) => String(choice).toLowerCase() === given);
  return meant.length === 1 ? meant[0] : value;
}

function parseList(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Not JSON: a single item.
  }
  return [text];
}
