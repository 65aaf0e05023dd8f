import type { ServerDefinition } from '../settings/server-definition.ts';

/** An MCP client that is configured with a file. */
export interface McpClient {
  name: string;
  /** Where it looks for its servers. */
  file: string;
  /** Under which key they stand there. */
  key: 'mcpServers' | 'servers';
  /** Whether it reaches servers at a URL, too. */
  takesUrls: boolean;
}

export const MCP_CLIENTS: readonly McpClient[] = [
  { name: 'Claude Code', file: '.mcp.json', key: 'mcpServers', takesUrls: true },
  { name: 'Claude Desktop', file: 'claude_desktop_config.json', key: 'mcpServers', takesUrls: false },
  { name: 'Cursor', file: '.cursor/mcp.json', key: 'mcpServers', takesUrls: true },
  { name: 'VS Code', file: '.vscode/mcp.json', key: 'servers', takesUrls: true },
];

/**
 * The JSON that makes a client start the same server as this editor does, with the same kubeconfig and switches.
 * @param electron whether the program that runs the server has to be told to be Node.
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

/** The JSON that makes a client connect to a server that runs. */
export function httpConfiguration(
  { key }: Pick<McpClient, 'key'>,
  { label, url, token }: { label: string; url: string; token: string },
): string {
  return configuration(key, label, { type: 'http', url, headers: { Authorization: `Bearer ${token}` } });
}

function configuration(key: McpClient['key'], label: string, server: object): string {
  return `${JSON.stringify({ [key]: { [label]: server } }, null, 2)}\n`;
}
