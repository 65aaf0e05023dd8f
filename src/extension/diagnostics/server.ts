import { once } from 'node:events';
import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { streamLines } from '../../kubernetes/text/stream-lines.ts';
import { COMMANDS } from '../common/ids.ts';
import { spawnServer } from '../servers/server-process.ts';
import type { ServerDefinition } from '../settings/server-definition.ts';
import type { Finding } from './finding.ts';

const SERVER_TIMEOUT_MS = 15_000;
/** How much of the output of a server that ended is kept, in characters. */
const LAST_WORDS = 1_000;

interface Message {
  id?: number;
  result?: { tools?: { name: string }[] };
  error?: { message: string };
}

/** Does the bundled server start as VS Code would start it, and which tools does it offer? */
export async function checkServer(definition: ServerDefinition, signal: AbortSignal): Promise<Finding> {
  const title = vscode.l10n.t('MCP server');
  const timeout = AbortSignal.timeout(SERVER_TIMEOUT_MS);
  try {
    const begin = performance.now();
    const tools = await offeredTools(definition, AbortSignal.any([signal, timeout]));
    const facts = [
      vscode.l10n.t('Starts and answers within {0} ms', Math.ceil(performance.now() - begin)),
      vscode.l10n.t('Offers {0} tools: {1}', tools.length, tools.join(', ')),
    ];
    return { state: 'good', title, facts, remedies: [] };
  } catch (error) {
    signal.throwIfAborted();
    const fact = timeout.aborted
      ? vscode.l10n.t('Does not answer within {0} s', SERVER_TIMEOUT_MS / 1_000)
      : messageOf(error);
    const remedies = [
      vscode.l10n.t('Run “MCP for Kubernetes: Show Server Log” to see what the server says.'),
      vscode.l10n.t('If its files are damaged, install this extension again.'),
    ];
    const commands = [COMMANDS.showServerLog, COMMANDS.restartServer];
    return { state: 'bad', title, facts: [fact], remedies, commands };
  }
}

/** The MCP messages of a client up to the list of tools, one a line. The signal kills the server. */
async function offeredTools(definition: ServerDefinition, signal: AbortSignal): Promise<string[]> {
  const child = spawnServer(definition, { signal, killSignal: 'SIGKILL' });
  const closed = once(child, 'close');
  closed.catch(() => undefined);
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk}`.slice(-LAST_WORDS);
  });
  // Writing to a server that ended fails; its exit says why.
  child.stdin.on('error', () => undefined);
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'mcp-k8s-diagnostics', version: '1' };
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } });
  try {
    for await (const line of streamLines(child.stdout)) {
      const { id, result, error } = JSON.parse(line) as Message;
      if (error) throw new Error(error.message);
      if (id === 1) {
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/list' });
      }
      if (id === 2) return (result?.tools ?? []).map(({ name }) => name);
    }
    const [code] = await closed;
    throw new Error(vscode.l10n.t('Ended with code {0}: {1}', String(code), lastWords.trim()));
  } finally {
    child.stdin.end();
  }
}
