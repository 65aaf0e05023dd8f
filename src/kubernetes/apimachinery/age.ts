import { ageText } from './duration.ts';

/** The time since a timestamp; `-` when unknown. */
export function age(time: string | undefined): string {
  const begin = Date.parse(time ?? '');
  return Number.isNaN(begin) ? '-' : ageText(Date.now() - begin);
}
