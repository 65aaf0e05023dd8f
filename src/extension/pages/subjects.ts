import * as vscode from 'vscode';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { watchObject } from '../../kubernetes/client/watch-object.ts';
import type { Page } from '../../webviews/pages/messages.ts';
import { shortContext } from '../common/context-name.ts';
import type { Located } from '../views/nodes.ts';
import { clusterFacts } from './cluster-facts.ts';
import { clusterPage } from './cluster-page.ts';
import type { Destinations } from './destinations.ts';
import { objectFacts } from './object-facts.ts';
import { objectPage } from './object-page.ts';
import { isOfObject, type PageAddress } from './page-uri.ts';
import { readOf } from './part.ts';
import { UsageHistory } from './usage-history.ts';

/** What a page is about. */
export interface Subject {
  context: string | undefined;
  /** What is known of it before it is read. */
  title: string;
  kind: string;
  /** Its page, as it is now. @throws what reading it throws. */
  read(connection: Connection, to: Destinations, signal: AbortSignal): Promise<Page>;
  /** Yields when it has changed; nothing for what is only looked at from time to time. */
  changes(connection: Connection, signal: AbortSignal): AsyncIterable<void>;
}

export function subjectOf(address: PageAddress): Subject {
  return isOfObject(address) ? new ObjectSubject(address.coordinates) : new ClusterSubject(address.context);
}

class ObjectSubject implements Subject {
  readonly #coordinates: ResourceCoordinates;
  readonly #usage = new UsageHistory();

  constructor(coordinates: ResourceCoordinates) {
    this.#coordinates = coordinates;
  }

  get context(): string | undefined {
    return this.#coordinates.context;
  }

  get title(): string {
    return this.#coordinates.name;
  }

  get kind(): string {
    return this.#coordinates.resource;
  }

  async read(connection: Connection, to: Destinations, signal: AbortSignal): Promise<Page> {
    const facts = await objectFacts(connection, await this.#located(connection), signal);
    this.#usage.add(readOf(facts.usage));
    return objectPage(facts, this.#usage, to);
  }

  async *changes(connection: Connection, signal: AbortSignal): AsyncGenerator<void> {
    const request = { ...(await this.#located(connection)), metadataOnly: true, signal };
    let isSynced = false;
    for await (const { type } of watchObject(connection.client, request)) {
      if (isSynced) yield;
      if (type === 'SYNC') isSynced = true;
    }
  }

  async #located({ discovery }: Connection): Promise<Located> {
    const { resource, namespace, name } = this.#coordinates;
    return { resource: await discovery.resolve(resource), namespace, name };
  }
}

class ClusterSubject implements Subject {
  readonly context: string;

  constructor(context: string) {
    this.context = context;
  }

  get title(): string {
    return shortContext(this.context);
  }

  get kind(): string {
    return vscode.l10n.t('Cluster');
  }

  async read(connection: Connection, to: Destinations, signal: AbortSignal): Promise<Page> {
    return clusterPage(await clusterFacts(connection, signal), to);
  }

  async *changes(): AsyncGenerator<void> {
    // A cluster always changes somewhere.
  }
}
