import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { formatError } from '../common/problems.ts';
import type { Target, Targets } from '../targets/targets.ts';
import type { EditorChannel } from './editor-channel.ts';
import type { HttpProcess } from './http-process.ts';
import { definitionOf, editorEnvironment } from './server-provider.ts';

/** A server that ends by itself again within this time stays ended, in milliseconds. */
const SETTLED_MS = 5 * 60_000;

/** A target served over HTTP to clients on this machine. URL and token stay the same until it is stopped. */
export interface Served {
  target: Target;
  url: string;
  token: string;
}

interface Running extends Served {
  /** Of the definition it was started with. */
  version: string;
  process: HttpProcess;
  /** When it took the place of one that had ended by itself. */
  again?: number;
}

/** This window's HTTP servers: they follow the settings like the others and end with the window. */
export class HttpServing implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #targets: Targets;
  readonly #channel: EditorChannel;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #running: readonly Running[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  readonly onDidChange = this.#changed.event;

  constructor(
    context: vscode.ExtensionContext,
    targets: Targets,
    channel: EditorChannel,
    log: vscode.LogOutputChannel,
  ) {
    this.#context = context;
    this.#targets = targets;
    this.#channel = channel;
    this.#log = log;
    this.#subscription = targets.onDidChange(() => {
      if (this.#running.length > 0) void this.#inTurn(() => this.#follow());
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    for (const { process } of this.#running) process.stop();
  }

  /** The running server of a target. */
  of(target: Target): Served | undefined {
    return this.#running.find((served) => successor(served.target, [target]));
  }

  /** Serves a target on a free port with its own token. @throws UserError when that fails. */
  start(target: Target): Promise<Served> {
    const token = randomBytes(32).toString('base64url');
    return this.#inTurn(async () => this.of(target) ?? this.#run(target, token, 0));
  }

  /** Stops it: when this resolves, the port is closed and the token invalid. */
  stop(served: Served): Promise<void> {
    return this.#inTurn(async () => {
      const running = this.#running.find(({ token }) => token === served.token);
      if (!running) return;
      await end(running);
      this.#remove(running);
    });
  }

  // One at a time: each change depends on the result of the one before.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #run(target: Target, token: string, port: number): Promise<Running> {
    const { startHttpProcess } = await import('./http-process.ts');
    const { env, ...definition } = definitionOf(this.#context, target);
    const editor = await editorEnvironment(target, this.#channel, this.#log);
    const options = { port, token, log: this.#log };
    const process = await startHttpProcess({ ...definition, env: { ...env, ...editor } }, options);
    const running: Running = { target, url: process.url, token, version: definition.version, process };
    this.#set([...this.#running, running]);
    void process.ended.then((lastWords) => {
      if (lastWords !== undefined) void this.#inTurn(() => this.#runAgain(running, lastWords));
    });
    return running;
  }

  // Clients go on with their sessions: these outlive the process.
  async #runAgain(ended: Running, lastWords: string): Promise<void> {
    // Stopped or replaced meanwhile.
    if (!this.#running.includes(ended)) return;
    try {
      if (ended.again !== undefined && Date.now() - ended.again < SETTLED_MS) throw new UserError(lastWords);
      this.#log.warn(`The server over HTTP has ended and is started again. ${lastWords}`);
      const running = await this.#run(ended.target, ended.token, portOf(ended));
      running.again = Date.now();
    } catch (error) {
      this.#sayOver(formatError(error));
    } finally {
      this.#remove(ended);
    }
  }

  // A server reads its settings only at start. The new one takes the old one's place for clients.
  async #follow(): Promise<void> {
    const targets = await this.#targets.current();
    for (const running of this.#running) {
      const target = successor(running.target, targets);
      if (target && definitionOf(this.#context, target).version === running.version) continue;
      await end(running);
      try {
        if (!target) throw new UserError(vscode.l10n.t('The folder is not part of the workspace any more.'));
        await this.#run(target, running.token, portOf(running));
      } catch (error) {
        this.#sayOver(formatError(error));
      } finally {
        this.#remove(running);
      }
    }
  }

  #remove(running: Running): void {
    this.#set(this.#running.filter((other) => other !== running));
  }

  #sayOver(why: string): void {
    const message = vscode.l10n.t('The cluster is not served over HTTP any more. {0}', why).trim();
    this.#log.error(message);
    void vscode.window.showErrorMessage(message);
  }

  #set(running: readonly Running[]): void {
    this.#running = running;
    this.#changed.fire();
  }
}

function portOf({ url }: Running): number {
  return Number(new URL(url).port);
}

async function end({ process }: Running): Promise<void> {
  process.stop();
  await process.ended;
}

/** The current target that replaces an earlier one: that of its folder, or the one all folders share. */
function successor({ folder }: Target, targets: readonly Target[]): Target | undefined {
  const same = targets.find((target) => target.folder?.uri.toString() === folder?.uri.toString());
  return same ?? targets.find(({ name }) => name === undefined);
}
