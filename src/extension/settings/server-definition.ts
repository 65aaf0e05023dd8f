import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { EDITORS_VARIABLE } from '../../protocol.ts';
import { flagsOf } from '../../setting-flags.ts';
import { SERVER_LABEL } from '../common/ids.ts';
import type { EffectiveSettings } from './setting-values.ts';

/** A fixed 8 MB for young objects: fewer collections at start, and a small process after big lists. */
const YOUNG_SPACE = ['--min-semi-space-size=8', '--max-semi-space-size=8'];

/** What one server is started for. */
export interface ServerInput {
  settings: EffectiveSettings;
  /** The folder's kubeconfig files; empty means the shared core's defaults. */
  kubeconfig: readonly string[];
  /** Workspace paths: whoever starts the server, it uses no kubeconfig from them unless we vouch for it. */
  places: readonly string[];
  /** Tells the servers of a multi-root workspace apart; absent if there is one. */
  name: string | undefined;
  cwd: string;
  /** Absolute path of the bundled server. */
  script: string;
  /** The program that runs it: the editor's own Node.js. */
  execPath: string;
  /** The extension's version. */
  version: string;
  /** Node's compile cache for the server: the editor's folder, not one of other clients. */
  compileCache: string;
  /** Where windows leave word for servers that a host starts by itself. */
  editors: string;
}

/** Everything VS Code needs to start a server; contains no secret, because VS Code keeps it on disk. */
export interface ServerDefinition {
  label: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  version: string;
}

/** The definition of one server. A new version, whenever its tools may change, makes VS Code ask for them again. */
export function serverDefinition(input: ServerInput): ServerDefinition {
  const launch = {
    command: input.execPath,
    args: [...YOUNG_SPACE, input.script, ...serverArguments(input)],
    env: { ELECTRON_RUN_AS_NODE: '1', NODE_COMPILE_CACHE: input.compileCache },
    cwd: input.cwd,
  };
  const hash = createHash('sha256').update(JSON.stringify(launch)).digest('hex');
  // A folder for exactly this server: a window with other settings, or another workspace, does not answer for it.
  const env = { ...launch.env, [EDITORS_VARIABLE]: join(input.editors, hash.slice(0, 32)) };
  return { label: serverLabel(input.name), ...launch, env, version: `${input.version}+${hash.slice(0, 8)}` };
}

/** One word, and not "kubernetes", which a user's mcp.json may use: a duplicate label disables a server. */
export function serverLabel(name: string | undefined): string {
  return name === undefined ? SERVER_LABEL : `${SERVER_LABEL}-${name}`;
}

/** The server's flags. Two folders with the same flags share a server. */
export function serverArguments({
  settings,
  kubeconfig,
  places,
}: Pick<ServerInput, 'settings' | 'kubeconfig' | 'places'>): string[] {
  return [
    ...places.map((path) => `--distrust=${path}`),
    ...(settings.writeContexts ?? []).map((name) => `--write-context=${name}`),
    ...flagsOf({ ...settings, kubeconfig: [...kubeconfig] }),
  ];
}
