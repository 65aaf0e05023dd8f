import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The copyable snippets of a documentation page. */
export interface Snippets {
  text: string;
  /** The JSON documents. */
  json: Record<string, object>[];
  /** The command lines, split into words. */
  commands: string[][];
}

/** The snippets of a page in `docs`. @throws for an invalid JSON document. */
export async function snippetsOf(page: string): Promise<Snippets> {
  return snippetsIn(await readFile(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8'));
}

/** The snippets of a part of a page. @throws for an invalid JSON document. */
export function snippetsIn(text: string): Snippets {
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);
  const lines = blocks('sh').flatMap((block) => block.split('\n'));
  // Two commands on one line, and comments after a command.
  const commands = lines.flatMap((line) => line.replace(/\s+#.*$/, '').split(' && ')).filter((line) => line !== '');
  return {
    text,
    json: blocks('json').map((block) => JSON.parse(block)),
    commands: commands.map((command) =>
      command
        .trim()
        .split(/\s+/)
        .map((word) => word.replace(/^'(.*)'$/, '$1')),
    ),
  };
}
