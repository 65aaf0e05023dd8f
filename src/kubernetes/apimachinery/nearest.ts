import { distance } from 'fastest-levenshtein';

/** No name is longer, and comparing takes time. */
const MAX_CHARACTERS = 300;
const MAX_CANDIDATES = 20_000;

/** The candidates most similar to `wanted`, best first: containing it or a few letters off; at most `count`. */
export function nearest(wanted: string, candidates: Iterable<string>, count = 5): string[] {
  if (wanted.length > MAX_CHARACTERS) return [];
  const lower = wanted.toLowerCase();
  const limit = Math.max(lower.length < 3 ? 1 : 2, Math.floor(lower.length / 3));
  const likely = (other: string) => Math.abs(other.length - lower.length) <= limit;
  return [...new Set(candidates)]
    .filter((candidate) => candidate.length <= MAX_CHARACTERS)
    .slice(0, MAX_CANDIDATES)
    .map((candidate) => {
      const other = candidate.toLowerCase();
      const related = (lower.length > 2 && other.includes(lower)) || (other.length > 2 && lower.includes(other));
      const similar = related ? 1.5 + Math.abs(other.length - lower.length) / 100 : Number.POSITIVE_INFINITY;
      return { candidate, score: likely(other) ? Math.min(similar, distance(lower, other)) : similar };
    })
    .filter(({ score }) => score <= limit)
    .sort((a, b) => a.score - b.score || a.candidate.localeCompare(b.candidate))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
