import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What a page of the documentation gives to copy. */
export interface Snippets {
  text: string;
  /** The JSON documents. */
  json: Record<string, object>[];
  /** The command lines, as words. */
  commands: string[][];
}

/** The snippets of a page in `docs`. @throws when a JSON document of it is none. */
export async function snippetsOf(page: string): Promise<Snippets> {
  const text = await readFile(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8');
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);
  const lines = blocks('sh').flatMap((block) => block.split('\n'));
  // Two commands of one line, and what is said of a command behind it.
  const commands = lines.flatMap((line) => line.replace(/\s+#.*$/, '').split(' && ')).filter((line) => line !== '');
  return {
    text,
    json: blocks('json').map((block) => JSON.parse(block)),
    commands: commands.map((command) => command.trim().split(/\s+/)),
  };
}
