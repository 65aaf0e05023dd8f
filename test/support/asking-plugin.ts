import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a plugin says, and how it goes on. */
export interface PluginScript {
  /** On stderr, before it waits. */
  says: string;
  /** On stdout, before it waits. */
  saysOnStdout?: string;
  /** Of the ExecCredential. */
  status: object;
  /** Remembers its login: asks once, and answers at once from then on. */
  remembers?: boolean;
  /** Ends with this reason instead of a credential. */
  dies?: string;
}

/** A credential plugin that asks a person, and is answered when the file `answered` appears in its folder. */
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

  /** The user of a kubeconfig that runs it. */
  get user(): Record<string, unknown> {
    return {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: this.command,
        interactiveMode: 'IfAvailable',
      },
    };
  }

  /** The person has signed in. */
  async answer(): Promise<void> {
    await writeFile(join(this.#folder, 'answered'), '');
  }

  /** The process ids of its runs that asked, and when each began and ended. */
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
