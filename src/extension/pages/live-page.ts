import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { orAborted } from '../../kubernetes/apimachinery/or-aborted.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { serverOf } from '../../kubernetes/client/kubeconfig.ts';
import type { FromPage, Page, ToPage } from '../../webviews/pages/messages.ts';
import { shortContext } from '../common/context-name.ts';
import { formatError } from '../common/problems.ts';
import { documentUri } from '../documents/document-uri.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { type Destination, Destinations } from './destinations.ts';
import { redactedPage } from './page-parts.ts';
import { type PageAddress, pageUri } from './page-uri.ts';
import { type Subject, subjectOf } from './subjects.ts';

/** What pages work with. */
export interface PageServices {
  targets: Targets;
  clusters: Clusters;
  log: vscode.LogOutputChannel;
}

/** How long a page stays as it is when nothing is known to have changed, and at least how many times its reading took. */
const INTERVAL_MS = 5_000;
const REST = 10;
/** The least time between two readings, however fast an object changes. */
const MIN_PAUSE_MS = 1_000;

/** An open page: reads what it shows while it is visible, and again when that changes. */
export class LivePage implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #target: string | undefined;
  readonly #subject: Subject;
  readonly #services: PageServices;
  readonly #destinations = new Destinations();
  readonly #subscriptions: vscode.Disposable[];
  /** While it is visible. */
  #showing: AbortController | undefined;
  /** A reading that is under way. */
  #reading: AbortController | undefined;
  /** There is a reason to read again. */
  #isDue = false;
  #ring: () => void = () => undefined;
  #watched: Connection | undefined;
  /** The last that could be read, and when. */
  #last: { page: Page; at: Date } | undefined;

  constructor(panel: vscode.WebviewPanel, address: PageAddress, services: PageServices) {
    this.#panel = panel;
    this.#target = address.target;
    this.#subject = subjectOf(address);
    this.#services = services;
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#follow()),
      services.clusters.connectivity.onDidChange(() => this.#interrupt()),
      services.targets.onDidChange(() => this.#interrupt()),
    ];
  }

  dispose(): void {
    this.#showing?.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #receive(message: FromPage): Promise<void> {
    if (message.type === 'ready') {
      // Its first word, also each time it becomes visible again: VS Code ends hidden pages.
      if (this.#last) this.#send(this.#last.page);
      this.#follow();
      return;
    }
    const destination = this.#destinations.at(message.to);
    if (destination) await this.#open(destination);
  }

  async #open(destination: Destination): Promise<void> {
    const target = this.#target;
    if (destination.type === 'page') {
      const uri = vscode.Uri.parse(pageUri({ target, coordinates: destination.coordinates }), true);
      await vscode.commands.executeCommand('vscode.open', uri);
      return;
    }
    const { command, coordinates } = destination;
    const on = coordinates ? [vscode.Uri.parse(documentUri({ target, coordinates }), true)] : [];
    await vscode.commands.executeCommand(command, ...on);
  }

  #follow(): void {
    if (!this.#panel.visible) {
      this.#showing?.abort();
      this.#showing = undefined;
    } else if (!this.#showing) {
      this.#showing = new AbortController();
      void this.#run(this.#showing.signal);
    }
  }

  #wake(): void {
    this.#isDue = true;
    this.#ring();
  }

  // What hangs is not waited for once that is known, or once it is over.
  #interrupt(): void {
    this.#reading?.abort();
    this.#wake();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begin = performance.now();
      this.#isDue = false;
      await this.#read(signal);
      const took = performance.now() - begin;
      await this.#pause(Math.max(INTERVAL_MS, REST * took), signal);
    }
  }

  /** Waits until it is time to read again, or there is a reason to. */
  async #pause(longest: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begin = performance.now();
    let timer = setTimeout(resolve, longest);
    this.#ring = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, Math.max(0, MIN_PAUSE_MS - (performance.now() - begin)));
    };
    if (this.#isDue) this.#ring();
    const stop = () => resolve();
    signal.addEventListener('abort', stop, { once: true });
    if (!signal.aborted) await promise;
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
    this.#ring = () => undefined;
  }

  async #read(showing: AbortSignal): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    try {
      const target = await this.#services.targets.named(this.#target);
      if (!target) throw new UserError(vscode.l10n.t('This object is not of this workspace any more.'));
      const connection = await this.#services.clusters.connect(target, this.#subject.context);
      if (this.#services.clusters.connectivity.isOffline(connection.context.name, serverOf(connection.context)))
        throw new UserError(vscode.l10n.t('The cluster does not answer.'));
      const signal = AbortSignal.any([showing, reading.signal, connection.closed]);
      const page = await orAborted(this.#subject.read(connection, this.#destinations, signal), signal);
      this.#last = { page: redactedPage(page), at: new Date() };
      this.#send(this.#last.page);
      void this.#watch(connection, AbortSignal.any([showing, connection.closed]));
    } catch (error) {
      // Interrupted: it is read again at once.
      if (!showing.aborted && !reading.signal.aborted) this.#say(formatError(error));
    } finally {
      this.#reading = undefined;
    }
  }

  /** Reads again as soon as its subject changes. */
  async #watch(connection: Connection, signal: AbortSignal): Promise<void> {
    if (this.#watched === connection) return;
    this.#watched = connection;
    try {
      for await (const _ of this.#subject.changes(connection, signal)) this.#wake();
    } catch (error) {
      if (!signal.aborted) this.#services.log.info(`${this.#subject.title} is not followed: ${formatError(error)}`);
    } finally {
      if (this.#watched === connection) this.#watched = undefined;
    }
  }

  /** Says what is wrong, above what could be read before. */
  #say(problem: string): void {
    const { page, at } = this.#last ?? {};
    const time = at?.toLocaleTimeString(vscode.env.language);
    const notice = time === undefined ? problem : vscode.l10n.t('{0} What follows is as it was at {1}.', problem, time);
    this.#send(redactedPage({ ...(page ?? this.#unread()), notice }));
  }

  #unread(): Page {
    const { title, kind, context } = this.#subject;
    const subtitle = [kind, shortContext(context ?? '')].join(' · ');
    const nothing = { status: [], actions: [], sections: [], actionsName: vscode.l10n.t('Actions') };
    return { title, subtitle, state: { tone: 'plain', spoken: '' }, ...nothing };
  }

  #send(page: Page): void {
    const message: ToPage = { type: 'page', page };
    void this.#panel.webview.postMessage(message);
  }
}
