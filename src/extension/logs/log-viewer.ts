import * as vscode from 'vscode';
import { isSidecar } from '../../kubernetes/workloads/containers.ts';
import type { Pod } from '../../kubernetes/workloads/pods.ts';
import type {
  Beginning,
  ContainerChoice,
  FromViewer,
  LogQuery,
  LogSource,
  ToViewer,
} from '../../webviews/logs/messages.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import type { LogDocuments } from './log-documents.ts';
import { type FollowedLine, type FollowedSource, follow } from './log-follower.ts';
import { sourceOf } from './log-source.ts';
import type { LogAddress } from './log-uri.ts';
import { viewerTexts } from './viewer-texts.ts';

/** What viewers of logs work with. */
export interface LogServices {
  targets: Targets;
  clusters: Clusters;
  documents: LogDocuments;
  log: vscode.LogOutputChannel;
}

/** How many lines to begin with: the newest, or all that the viewer keeps. */
const NEWEST_LINES = 2_000;
const ALL_LINES = 100_000;
const SECONDS: Partial<Record<Beginning, number>> = { '5m': 300, '15m': 900, '1h': 3_600, '6h': 21_600, '24h': 86_400 };
/** In one message, so that the viewer can draw between two. */
const LINES_PER_MESSAGE = 1_000;

/** Reads a log for its viewer, as long as that is open. */
export class LogViewer implements vscode.Disposable {
  readonly #webview: vscode.Webview;
  readonly #address: LogAddress;
  readonly #services: LogServices;
  readonly #subscription: vscode.Disposable;
  #reading = new AbortController();

  constructor(webview: vscode.Webview, address: LogAddress, services: LogServices) {
    this.#webview = webview;
    this.#address = address;
    this.#services = services;
    this.#subscription = webview.onDidReceiveMessage((message: FromViewer) => this.#receive(message));
  }

  dispose(): void {
    this.#reading.abort();
    this.#subscription.dispose();
  }

  async #receive(message: FromViewer): Promise<void> {
    const { container, previous } = this.#address;
    switch (message.type) {
      case 'ready':
        return this.#send({
          type: 'start',
          texts: viewerTexts(),
          query: { ...(container === undefined ? {} : { container }), previous, since: 'newest' },
        });
      case 'read':
        return this.#read(message.query, message.generation);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'openAsText': {
        const { container: chosen, previous: before } = message.query;
        return this.#services.documents.show({ ...this.#address, container: chosen, previous: before });
      }
    }
  }

  async #read({ container, previous, since }: LogQuery, generation: number): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const { targets, clusters, log } = this.#services;
    const sent = new SentSources();
    const onLines = (lines: readonly FollowedLine[]) => {
      for (let from = 0; from < lines.length && !signal.aborted; from += LINES_PER_MESSAGE)
        this.#send({ type: 'lines', generation, ...sent.message(lines.slice(from, from + LINES_PER_MESSAGE)) });
    };
    try {
      await follow({
        source: () => sourceOf(targets, clusters, this.#address),
        container,
        previous,
        lines: since === 'newest' ? NEWEST_LINES : ALL_LINES,
        sinceSeconds: SECONDS[since],
        onLines,
        onPods: (pods) => this.#send({ type: 'containers', containers: containerChoices(pods) }),
        signal,
      });
    } catch (error) {
      if (signal.aborted) return;
      const problem = formatError(error);
      log.warn(`${this.#address.coordinates.name}: ${problem}`);
      onLines([{ time: undefined, text: problem, source: undefined, isNote: true }]);
    }
    if (!signal.aborted) this.#send({ type: 'ended', generation });
  }

  #send(message: ToViewer): void {
    void this.#webview.postMessage(message);
  }
}

/** The sources that the viewer knows, by the places at which it does. */
class SentSources {
  readonly #places = new Map<FollowedSource, number>();

  message(lines: readonly FollowedLine[]): Pick<Extract<ToViewer, { type: 'lines' }>, 'sources' | 'lines'> {
    const sources: LogSource[] = [];
    const placeOf = (source: FollowedSource) => {
      const known = this.#places.get(source);
      if (known !== undefined) return known;
      sources.push({ pod: source.pod, container: source.container });
      this.#places.set(source, this.#places.size);
      return this.#places.size - 1;
    };
    const sent = lines.map(({ time, text, source, isNote }) => ({
      ...(source === undefined ? {} : { source: placeOf(source) }),
      ...(time === undefined ? {} : { time }),
      text,
      ...(isNote ? { isNote } : {}),
    }));
    return { sources, lines: sent };
  }
}

/** The containers of pods, each once, the regular ones first. */
function containerChoices(pods: readonly Pod[]): ContainerChoice[] {
  const choices = pods.flatMap(({ spec = {} }): ContainerChoice[] => [
    ...(spec.containers ?? []).map(({ name }) => ({ name })),
    ...(spec.initContainers ?? []).map((container) => ({
      name: container.name,
      role: isSidecar(container) ? ('sidecar' as const) : ('init' as const),
    })),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => ({ name, role: 'ephemeral' as const })),
  ]);
  return [...new Map(choices.map((choice) => [choice.name, choice])).values()];
}
