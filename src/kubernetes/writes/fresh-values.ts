import { createHash, randomBytes } from 'node:crypto';

/** Values that a write makes up, such as a time or the end of a name: the same ones whenever the seed is the same. */
export class FreshValues {
  /** Of letters, digits, - and _. */
  readonly seed: string;

  /** @param seed of values that were shown before. */
  constructor(seed: string = newSeed()) {
    this.seed = seed;
  }

  /** When they were made up, to the millisecond. */
  get time(): Date {
    return new Date(Number.parseInt(this.seed, 36));
  }

  /** Six letters and digits; `of` tells the values of one write apart. */
  suffix(of: string): string {
    return createHash('sha256').update(`${this.seed} ${of}`).digest('hex').slice(0, 6);
  }
}

// The time ends at the first sign that is no digit of base 36.
function newSeed(): string {
  return `${Date.now().toString(36)}-${randomBytes(12).toString('base64url')}`;
}
