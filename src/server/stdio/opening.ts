import { once } from 'node:events';
import { type Readable, Writable } from 'node:stream';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { handshakes } from './handshakes.ts';

type RequestId = string | number;

/** The client's streams. */
export interface OpenedStdio {
  input: Readable;
  output: Writable;
  /** The id of a request that is answered already. */
  answered: RequestId | undefined;
}

/** An answer that is known before the server is loaded. */
export interface EarlyAnswer {
  id: RequestId;
  /** The whole message. */
  text: string;
}

/** Lines that are longer, in characters, are left to the server. */
const MAX_LENGTH = 20_000;
const MEMBERS = ['jsonrpc', 'id', 'method', 'params'];
const PARAMETERS = ['protocolVersion', 'capabilities', 'clientInfo'];
const INFO = ['name', 'version', 'title', 'websiteUrl', 'description'];
/** The capabilities that are no objects. */
const FLAGS = ['roots.listChanged', 'elicitation.form.applyDefaults'];

/** What a signal, or a client that is gone, does while there is nothing to end. */
export function leaveAtOnce(): void {
  process.exit(0);
}

/**
 * Opens stdin and stdout, and waits for the client's first words. If they are an `initialize`, it is answered from what
 * the build has recorded: the server is loaded afterwards, and reads the words too.
 */
export async function openStdio(): Promise<OpenedStdio> {
  const { stdin: input } = process;
  const output = takeStdout();
  process.on('SIGTERM', leaveAtOnce);
  process.on('SIGINT', leaveAtOnce);
  if (!handshakes) return { input, output, answered: undefined };
  // An error or the end is left to the server.
  await once(input, 'readable').catch(() => undefined);
  // Reading at the end would be the end for the server too.
  const words: Buffer = input.readableLength > 0 ? input.read() : Buffer.alloc(0);
  if (words.length > 0) input.unshift(words);
  const answer = earlyAnswer(words.toString('utf8', 0, Math.max(words.indexOf(10), 0)), handshakes);
  if (answer) output.write(`${answer.text}\n`);
  return { input, output, answered: answer?.id };
}

/** The answer to a line, if it is an `initialize` in which nothing is unusual; the server judges all others. */
export function earlyAnswer(line: string, handshakes: Readonly<Record<string, object>>): EarlyAnswer | undefined {
  const message = line.length > MAX_LENGTH ? undefined : parsed(line);
  if (!isObject(message) || !hasOnly(message, MEMBERS)) return undefined;
  const { jsonrpc, id, method, params } = message;
  if (jsonrpc !== '2.0' || method !== 'initialize' || !(typeof id === 'string' || Number.isSafeInteger(id)))
    return undefined;
  if (!isObject(params) || !hasOnly(params, PARAMETERS)) return undefined;
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== 'string' || !isInfo(clientInfo) || !areCapabilities(capabilities)) return undefined;
  const handshake = Object.hasOwn(handshakes, protocolVersion) ? handshakes[protocolVersion] : handshakes[''];
  return { id: id as RequestId, text: JSON.stringify({ ...handshake, id }) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function hasOnly(value: object, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isInfo(value: unknown): boolean {
  if (!isObject(value) || !hasOnly(value, INFO)) return false;
  return 'name' in value && 'version' in value && Object.values(value).every((text) => typeof text === 'string');
}

/** Objects of objects, but for what is a flag. */
function areCapabilities(value: unknown, place = ''): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, member]) => {
    const path = place === '' ? name : `${place}.${name}`;
    return FLAGS.includes(path)
      ? typeof member === 'boolean'
      : /^[a-z][\w./-]*$/i.test(name) && areCapabilities(member, path);
  });
}

/** Reserves stdout for the protocol: other output, from a library or a stray console.log, goes to stderr. */
function takeStdout(): Writable {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.on('error', leaveAtOnce);
  // Whoever reads the log may be gone first.
  stderr.on('error', () => undefined);
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, encoding, callback) => {
      // What goes wrong, stdout itself tells.
      write(chunk, encoding, () => callback());
    },
  });
}
