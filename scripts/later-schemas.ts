import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const MODULE = /[\\/]@modelcontextprotocol[\\/]sdk[\\/]dist[\\/]esm[\\/]types\.js$/;
/** A schema of the module, up to the next line that is not part of it. */
const SCHEMA = /^((?:export )?const \w+Schema = )([^;]*(?:;(?!\n[^\s})])[^;]*)*);(?=\n[^\s})])/gm;
/** The predicates of messages, each with a member that what it looks for has: a failing schema takes long to say so. */
const TELLING: Record<string, string> = {
  isJSONRPCRequest: 'method',
  isJSONRPCNotification: 'method',
  isJSONRPCResultResponse: 'result',
  isJSONRPCErrorResponse: 'error',
};
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
      const contents = `${lookingFirst(madeLater(text))}${LATER}`;
      const schemas = text.match(/^(?:export )?const \w+Schema =/gm)?.length;
      const missed =
        contents.match(/ = later\(\(\) =>/g)?.length !== schemas ||
        contents.match(/' in Object\(value\)\) && /g)?.length !== Object.keys(TELLING).length;
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

function lookingFirst(text: string): string {
  return text.replace(/^export const (\w+) = \(value\) => (?=\w+\.safeParse)/gm, (whole, name: string) =>
    TELLING[name] === undefined ? whole : `${whole}('${TELLING[name]}' in Object(value)) && `,
  );
}
