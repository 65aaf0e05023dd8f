import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { SERVER } from './mcp-process.ts';

/** The server over stdio, for a bridge that relays its messages. */
export function stdioChild(args: readonly string[]): StdioClientTransport {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
  return new StdioClientTransport({ command: process.execPath, args: [SERVER, ...args], env, stderr: 'ignore' });
}
