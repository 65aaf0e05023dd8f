import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a plugin prints, and how it ends. */
export interface PluginScript {
  /** On stderr, before it waits. */
  says: string;
  /** On stdout, before it waits. */
  saysOnStdout?: string;
  /** The ExecCredential's status. */
  status: object;
  /** Remembers its login: asks once, then answers immediately. */
  remembers?: boolean;
  /** Fails with this reason instead of returning a credential. */
  dies?: string;
}

/** A credential plugin that asks a person; the file `answered` in its folder is the answer. */
export class AskingPlugin {
  readonly command: string;
  readonly #folder: string;

  private constructor(folder: string, command: string) {
    this.#folder = folder;
    this.command = command;
  }

  static async create(folder: string, script: PluginScript): Promise<AskingPlugin> {
    const command = join(folder, 'asking-plugin');
    await writeFile(command, `#!${process.execPath}\n${source(folder, script)}`);
    await chmod(command, 0o755);
    return new AskingPlugin(folder, command);
  }

  /** A kubeconfig user that runs it. */
  get user(): Record<string, unknown> {
    return {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: this.command,
        interactiveMode: 'IfAvailable',
      },
    };
  }

  /** Signs in, as the person would. */
  async answer(): Promise<void> {
    await writeFile(join(this.#folder, 'answered'), '');
  }

  /** When its runs begin, ask and end, in order, with their process ids. */
  async runs(): Promise<{ pid: number; event: 'begin' | 'ask' | 'end' }[]> {
    const text = await readFile(join(this.#folder, 'runs'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

function source(folder: string, script: PluginScript): string {
  const { says, saysOnStdout = '', status, remembers = false, dies } = script;
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status };
  return `
const { appendFileSync, existsSync, writeFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const note = (event) => appendFileSync(folder + '/runs', JSON.stringify({ pid: process.pid, event }) + '\\n');
note('begin');
const finish = () => {
  note('end');
  ${dies === undefined ? `console.log(${JSON.stringify(JSON.stringify(credential, undefined, 2))});` : `console.error(${JSON.stringify(dies)}); process.exitCode = 1;`}
};
if (${remembers} && existsSync(folder + '/remembered')) finish();
else {
  note('ask');
  process.stdout.write(${JSON.stringify(saysOnStdout)});
  process.stderr.write(${JSON.stringify(says)});
  const timer = setInterval(() => {
    if (!existsSync(folder + '/answered')) return;
    clearInterval(timer);
    writeFileSync(folder + '/remembered', '');
    finish();
  }, 20);
}
`;
}
