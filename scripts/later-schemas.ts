import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const MODULE = /[\\/]@modelcontextprotocol[\\/]sdk[\\/]dist[\\/]esm[\\/]types\.js$/;
/** A schema of the module, up to the next line that is not part of it. */
const SCHEMA = /^((?:export )?const \w+Schema = )([^;]*(?:;(?!\n[^\s})])[^;]*)*);(?=\n[^\s})])/gm;
/** Stands in for a schema that is made when something of it is asked for. */
const LATER = `
function later(make) {
  let made;
  const schema = () => (made ??= make());
  return new Proxy({}, {
    get: (_, key) => schema()[key],
    has: (_, key) => key in schema(),
    set: (_, key, value) => Reflect.set(schema(), key, value),
  });
}
`;

/** Makes each of the SDK's 152 schemas on first use: a session uses a fifth of them, and all take 20 ms of its start. */
export const laterSchemas: Plugin = {
  name: 'later-schemas',
  setup({ onLoad }) {
    onLoad({ filter: MODULE }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = `${madeLater(text)}${LATER}`;
      const missed =
        text.match(/^(?:export )?const \w+Schema =/gm)?.length !== contents.match(/ = later\(\(\) =>/g)?.length;
      return {
        contents,
        errors: missed ? [{ text: `${path} is written in another way than scripts/later-schemas.ts knows` }] : [],
      };
    });
  },
};

/** The module's text with schemas that are made on first use. */
export function madeLater(text: string): string {
  return text.replace(SCHEMA, (_, begin: string, made: string) => `${begin}later(() => ${made});`);
}
