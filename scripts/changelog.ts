/**
 * The changelog's text for a version, under `## 1.2.3 - 2026-01-31`.
 * @throws when there is none.
 */
export function changesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  const changes = section?.slice(section.indexOf('\n')).trim();
  if (!changes) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  return `${changes}\n`;
}
