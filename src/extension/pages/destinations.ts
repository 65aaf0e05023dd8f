import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Link } from '../../webviews/pages/messages.ts';
import type { CommandId } from '../common/ids.ts';

/** Where a link of a page leads: to the page of an object, or to a command on an object or for everything. */
export type Destination =
  | { type: 'page'; coordinates: ResourceCoordinates }
  | { type: 'command'; command: CommandId; coordinates: ResourceCoordinates | undefined };

/**
 * Where the links of a page lead. The page knows them by number only, so that it can ask for nothing that it was not
 * offered. Those of the version before stay valid while the page draws the next one.
 */
export class Destinations {
  #last = 0;
  #before = new Map<string, [number, Destination]>();
  #now = new Map<string, [number, Destination]>();

  /**
   * Begins the next version of the page; what leads to the same place keeps its number. All that it shows has to be
   * read by then: a version that is never shown would end the links of the one that is.
   */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  link(text: string, destination: Destination): Link {
    const key = JSON.stringify(destination);
    const known = this.#now.get(key) ?? this.#before.get(key) ?? [++this.#last, destination];
    this.#now.set(key, known);
    return { text, to: known[0] };
  }

  /** Where a link leads; undefined if there is none. */
  at(to: number): Destination | undefined {
    return [...this.#now.values(), ...this.#before.values()].find(([number]) => number === to)?.[1];
  }
}
