import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const SOURCE = new URL('../src/server/mcp/tools.ts', import.meta.url);
const IMPORT = /^import \{ (\w+) \} from '\.\.\/(tools\/[^']+)';$/gm;

/** The sources that hold a tool each, by the tools' names in the code. */
export function toolSources(): Map<string, string> {
  const found = [...readFileSync(SOURCE, 'utf8').matchAll(IMPORT)];
  return new Map(found.map(([, name = '', file = '']) => [name, `src/server/${file}`]));
}

/**
 * Replaces `tool-list.ts` with what it exports: a list neither loads the tools nor makes their schemas, which takes
 * longer than the rest of it.
 */
export const toolList: Plugin = {
  name: 'tool-list',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]server[\\/]mcp[\\/]tool-list\.ts$/ }, async () => {
      const [{ tools }, { declarationOf }] = await Promise.all([
        import('../src/server/mcp/tools.ts'),
        import('../src/server/mcp/tool-list.ts'),
      ]);
      const loads = new Map<unknown, string>();
      for (const [name, source] of toolSources()) {
        const module = await import(new URL(`../${source}`, import.meta.url).href);
        loads.set(module[name], `() => import('./${source}').then(({ ${name} }) => ${name})`);
      }
      const members = tools.map((tool) => `{ ...${JSON.stringify(declarationOf(tool))}, load: ${loads.get(tool)} }`);
      const missed = tools.find((tool) => !loads.has(tool));
      return {
        contents: `export const listedTools = [${members.join(',\n')}];`,
        resolveDir: process.cwd(),
        errors: missed ? [{ text: `${missed.name} is imported in another way than scripts/tool-list.ts knows` }] : [],
      };
    });
  },
};
