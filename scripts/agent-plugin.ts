import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { entryPoint, extensionManifest, type Files, readBytes, registryEntry, serverFiles } from './server-files.ts';

const SCHEMAS = 'https://agent-plugins.org/schemas/1.0.0';

/**
 * The manifests of a plugin with server and skills: those of the Agent Plugins specification, which VS Code, Copilot
 * CLI, Cursor and others read, and those of Claude Code, which has its own.
 */
export function pluginManifests(): Record<string, object> {
  const { version, license, author, homepage, repository, keywords } = extensionManifest();
  const { description } = registryEntry();
  const plugin = {
    name: 'mcp-k8s',
    ...{ version, description, license, homepage, keywords },
    author: { name: author },
    repository: repository.url.replace(/^git\+/, ''),
  };
  const server = (folder: string) => ({ command: 'node', args: [`\${${folder}}/${entryPoint()}`] });
  return {
    'plugin.json': { $schema: `${SCHEMAS}/plugin.schema.json`, ...plugin },
    'mcp.json': {
      $schema: `${SCHEMAS}/mcp.schema.json`,
      mcpServers: { 'mcp-k8s': { type: 'stdio', ...server('PLUGIN_ROOT') } },
    },
    '.claude-plugin/plugin.json': plugin,
    '.mcp.json': { mcpServers: { 'mcp-k8s': server('CLAUDE_PLUGIN_ROOT') } },
  };
}

/** What is in the plugin. */
export function agentPlugin(): Files {
  const skills = globSync('skills/*/SKILL.md', { cwd: fileURLToPath(new URL('../', import.meta.url)) });
  const manifests = Object.entries(pluginManifests());
  return new Map<string, string | Buffer>([
    ...manifests.map(([path, content]) => [path, `${JSON.stringify(content, undefined, 2)}\n`] as const),
    ...skills.map((path) => [path.replaceAll('\\', '/'), readBytes(path)] as const),
    ...serverFiles(),
  ]);
}
