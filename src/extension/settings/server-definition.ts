import { createHash } from 'node:crypto';
import { flagsOf } from '../../setting-flags.ts';
import { SERVER_LABEL } from '../common/ids.ts';
import type { EffectiveSettings } from './setting-values.ts';

/** Young objects get 8 MB from the start to the end: less collecting at the start, and a small process after big lists. */
const YOUNG_SPACE = ['--min-semi-space-size=8', '--max-semi-space-size=8'];

/** What one server is started for. */
export interface ServerInput {
  settings: EffectiveSettings;
  /** Files found for the folder; empty means the defaults of the shared core. */
  kubeconfig: readonly string[];
  /** Files and folders that came with the workspace: without our word the server uses no kubeconfig of theirs, whoever starts it. */
  places: readonly string[];
  /** Tells the servers of a multi-root workspace apart; absent where there is one. */
  name: string | undefined;
  cwd: string;
  /** Absolute path of the bundled server. */
  script: string;
  /** The program that runs it: the editor's own Node. */
  execPath: string;
  /** Of the extension. */
  version: string;
  /** Where Node keeps the compiled code of the server: in a folder of the editor's, not that of other clients. */
  compileCache: string;
}

/** Everything that VS Code has to know to start a server; holds no secret, because VS Code keeps it on disk. */
export interface ServerDefinition {
  label: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  version: string;
}

/** The definition of one server. Its version changes with everything that changes its tools, so that VS Code asks anew. */
export function serverDefinition(input: ServerInput): ServerDefinition {
  const launch = {
    command: input.execPath,
    args: [...YOUNG_SPACE, input.script, ...serverArguments(input)],
    env: { ELECTRON_RUN_AS_NODE: '1', NODE_COMPILE_CACHE: input.compileCache },
    cwd: input.cwd,
  };
  const hash = createHash('sha256').update(JSON.stringify(launch)).digest('hex').slice(0, 8);
  return { label: serverLabel(input.name), ...launch, version: `${input.version}+${hash}` };
}

/** One word, and not the "kubernetes" that a user's own mcp.json may hold: the same label twice disables a server. */
export function serverLabel(name: string | undefined): string {
  return name === undefined ? SERVER_LABEL : `${SERVER_LABEL}-${name}`;
}

/** The server's flags. Two folders with the same flags need one server. */
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

/** A word for each folder name, no two alike whatever the case. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const word = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'folder';
    let candidate = word;
    for (let count = 2; taken.has(candidate.toLowerCase()); count++) candidate = `${word}-${count}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}
