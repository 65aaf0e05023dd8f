import type { ServerDefinition } from '../settings/server-definition.ts';

/** An MCP client that is configured with a file. */
export interface McpClient {
  name: string;
  /** The path of its configuration file. */
  file: string;
  /** The key of its servers in that file. */
  key: 'mcpServers' | 'servers';
  /** Whether it can also connect to servers by URL. */
  takesUrls: boolean;
}

export const MCP_CLIENTS: readonly McpClient[] = [
  { name: 'Claude Code', file: '.mcp.json', key: 'mcpServers', takesUrls: true },
  { name: 'Claude Desktop', file: 'claude_desktop_config.json', key: 'mcpServers', takesUrls: false },
  { name: 'Cursor', file: '.cursor/mcp.json', key: 'mcpServers', takesUrls: true },
  { name: 'VS Code', file: '.vscode/mcp.json', key: 'servers', takesUrls: true },
];

/**
 * The JSON for a client to start the same server as this editor, with the same kubeconfig and switches.
 * @param electron whether the program that runs the server must be told to act as Node.js.
 */
export function clientConfiguration(
  { key }: Pick<McpClient, 'key'>,
  { label, command, args }: Pick<ServerDefinition, 'label' | 'command' | 'args'>,
  electron: boolean,
): string {
  const server = {
    ...(key === 'servers' ? { type: 'stdio' } : {}),
    command,
    args,
    ...(electron ? { env: { ELECTRON_RUN_AS_NODE: '1' } } : {}),
  };
  return configuration(key, label, server);
}

/** The JSON for a client to connect to a running server. */
export function httpConfiguration(
  { key }: Pick<McpClient, 'key'>,
  { label, url, token }: { label: string; url: string; token: string },
): string {
  return configuration(key, label, { type: 'http', url, headers: { Authorization: `Bearer ${token}` } });
}

function configuration(key: McpClient['key'], label: string, server: object): string {
  return `${JSON.stringify({ [key]: { [label]: server } }, null, 2)}\n`;
}
