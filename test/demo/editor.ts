import { fileURLToPath } from 'node:url';
import { serveVsCode } from '../vscode/harness/serve.ts';
import { openInstalledCode } from './installed-code.ts';
import { detail } from './steps.ts';

const extension = fileURLToPath(new URL('../..', import.meta.url));

/** The user settings of the demo's own profile. */
const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'readme',
  'chat.mcp.autostart': 'newAndOutdated',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  // The cluster's own ports are not worth showing.
  'remote.autoForwardPorts': false,
};

/** Opens the installed VS Code, or else one in the browser, on a folder with the extension; returns how to end it. */
export async function openEditor(folder: string): Promise<() => Promise<void>> {
  try {
    const code = await openInstalledCode(folder, extension, settings);
    return () => code.end();
  } catch (error) {
    detail(`VS Code in the browser, because ${error instanceof Error ? error.message : error}`);
  }
  const server = await serveVsCode({ folder, extensions: [extension], settings, trust: true });
  return () => server.stop();
}
