import { ageText } from './duration.ts';

/** How long ago something was; `-` when nobody knows when it was. */
export function age(time: string | undefined): string {
  const begin = Date.parse(time ?? '');
  return Number.isNaN(begin) ? '-' : ageText(Date.now() - begin);
}
