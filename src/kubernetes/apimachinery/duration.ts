import { UserError } from './errors.ts';

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * The duration in milliseconds of a text such as `90s`, `10m`, `1h30m` or `2d`.
 * @throws UserError when it is no duration.
 */
export function parseDuration(text: string): number {
  const parts = [...text.trim().matchAll(/(?<!\d)(\d+(?:\.\d+)?)([smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) {
    throw new UserError(`"${text}" is not a duration. Examples: 90s, 10m, 1h30m, 2d.`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (SECONDS[String(unit)] ?? 0) * 1000, 0);
}

/** A duration in milliseconds the way kubectl prints ages: the two largest units while they matter, then one. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 ? two(days, 'd', hours % 24, 'h') : `${days}d`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${largeUnit}${small > 0 ? `${small}${smallUnit}` : ''}`;
}
