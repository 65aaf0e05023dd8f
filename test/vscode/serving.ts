import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as vscode from 'vscode';
import { page } from './harness/page.ts';
import { STATUS } from './workspace.ts';

const ROW = '.quick-input-list .monaco-list-row';
/** In the status bar while the cluster is served. */
export const SERVED = `${STATUS} .codicon-broadcast`;

/** What a client needs to connect. */
export interface Address {
  url: string;
  token: string;
}

/** Runs the command and waits for what it shows. */
export async function openSheet(): Promise<void> {
  void vscode.commands.executeCommand('mcpK8s.serveOverHttp');
  await page.waitFor(`${ROW} >> text=Copy URL`);
}

/** Copies URL and token, as a user does. */
export async function copiedAddress(): Promise<Address> {
  const address = { url: await copied('URL'), token: await copied('Token') };
  await page.screenshot('serve-over-http-copied');
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  return address;
}

async function copied(what: 'URL' | 'Token'): Promise<string> {
  await page.click(`${ROW} >> text=Copy ${what}`);
  await page.waitFor(`${ROW} >> text=${what} Copied`);
  return vscode.env.clipboard.readText();
}

/** Stops it, as a user does. */
export async function stopServing(): Promise<void> {
  await openSheet();
  await page.click(`${ROW} >> text=Stop`);
  await page.waitFor(SERVED, { state: 'hidden' });
}

const clients = new Set<Client>();

/** A client, like another program on this machine. */
export async function connect({ url, token }: Address): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const headers = { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  // The SDK's own types conflict under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0]);
  clients.add(client);
  return client;
}

/** Closes every client. */
export async function closeClients(): Promise<void> {
  for (const client of clients) await client.close().catch(() => undefined);
  clients.clear();
}

/** The text of a tool's answer. */
export async function call(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const { content } = (await client.callTool({ name, arguments: args })) as CallToolResult;
  return content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
}

/** The tools offered to a client; none while the server restarts. */
export async function toolsAt(address: Address): Promise<string[]> {
  try {
    const client = await connect(address);
    return (await client.listTools()).tools.map(({ name }) => name);
  } catch {
    return [];
  }
}
