import { entryPoint, extensionManifest, type Files, readBytes, registryEntry, serverFiles } from './server-files.ts';

/** The write switches that the host shows as checkboxes; all other options need another way to start the server. */
const SWITCHES = { create: 'create objects', update: 'change objects', delete: 'delete objects' };

/** The manifest of an MCP bundle (.mcpb), which hosts such as Claude Desktop install with a double click. */
export function bundleManifest(): object {
  const { version, license, author, homepage, bugs, repository, engines, keywords } = extensionManifest();
  const { title, description } = registryEntry();
  const switches = Object.entries(SWITCHES);
  return {
    manifest_version: '0.3',
    name: 'mcp-k8s',
    display_name: title,
    ...{ version, description, license, keywords, homepage, support: bugs },
    author: { name: author },
    repository: { ...repository, url: repository.url.replace(/^git\+/, '') },
    icon: 'icon.png',
    server: {
      type: 'node',
      entry_point: entryPoint(),
      mcp_config: {
        command: 'node',
        args: [
          `\${__dirname}/${entryPoint()}`,
          ...switches.map(([name]) => `--enable-${name}=\${user_config.enable_${name}}`),
        ],
        env: { KUBECONFIG: `\${user_config.kubeconfig}` },
      },
    },
    user_config: {
      kubeconfig: {
        type: 'file',
        title: 'Kubeconfig',
        description: 'If empty, ~/.kube/config is used.',
        required: false,
        // Without a default, hosts hand the placeholder on.
        default: '',
      },
      ...Object.fromEntries(
        switches.map(([name, what]) => [
          `enable_${name}`,
          {
            type: 'boolean',
            title: `Let agents ${what}`,
            description: `Agents may ${what} in the cluster. You are asked before each write only if this app shows forms.`,
            required: false,
            default: false,
          },
        ]),
      ),
    },
    // They depend on the switches.
    tools_generated: true,
    prompts_generated: true,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
  };
}

/** What is in the bundle. */
export function mcpBundle(): Files {
  return new Map([
    ['manifest.json', `${JSON.stringify(bundleManifest(), undefined, 2)}\n`],
    ['icon.png', readBytes('media/icon.png')],
    ...serverFiles(),
  ]);
}
