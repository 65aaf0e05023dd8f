import { findSourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The stack mapped to our sources: VS Code ignores source maps and adds its own frames. */
export function originalStack(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return stack
    .replaceAll(/^ *at .*\/(workbench|extensionHostProcess)\.js:.*\n?/gm, '')
    .replaceAll(/([^\s()]+\.cjs):(\d+):(\d+)/g, (place, file: string, line: string, column: string) => {
      const entry = findSourceMap(file)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !('originalSource' in entry)) return place;
      const source = fileURLToPath(new URL(entry.originalSource, pathToFileURL(file)));
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
}
