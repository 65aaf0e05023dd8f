import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type * as z from 'zod';
import { TOOLSETS } from '../../src/kubernetes/rules.ts';
import { tools } from '../../src/server/mcp/tools.ts';
import { prompts } from '../../src/server/prompts/index.ts';
import { parseSelection } from '../../src/server/tools/parts/selection.ts';

const root = new URL('../../', import.meta.url);
const files = globSync('skills/*/SKILL.md', { cwd: fileURLToPath(root) })
  .map((path) => path.replaceAll('\\', '/'))
  .sort();
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const parameters = new Map(tools.map(({ name, input }) => [name, input as z.ZodRawShape]));

/** A value as the text of a call has it: numbers, booleans and lists are themselves. */
function valueIn(text: string): unknown {
  const list = /^\[(.*)\]$/.exec(text);
  if (list) return list[1]?.split(',');
  if (/^-?\d+$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

/** Checks `tool name=value …`; `…` stands for any value. Without a tool, some tool has to know the parameters. */
function assertCall(call: string, file: string): void {
  const words = call.split(/\s+/);
  const tool = /^[a-z]+(_[a-z]+)+$/.test(words[0] ?? '') ? words.shift() : undefined;
  const shapes = tool === undefined ? [...parameters.values()] : [parameters.get(tool)];
  assert.ok(shapes[0], `${file}: there is no tool ${tool}`);
  for (const word of words) {
    const [, name = '', text = ''] = /^([a-zA-Z]+)=(.+)$/.exec(word) ?? [];
    const schemas = shapes.flatMap((shape) => shape?.[name] ?? []) as z.ZodType[];
    assert.ok(schemas.length > 0, `${file}: "${word}" of "${call}"`);
    if (text.includes('…')) continue;
    assert.ok(
      schemas.some((schema) => schema.safeParse(valueIn(text)).success),
      `${file}: the value in "${word}" of "${call}"`,
    );
    if (name === 'where') assert.doesNotThrow(() => parseSelection(text, undefined), `${file}: ${word}`);
  }
}

describe('the skills', () => {
  it('are those that the extension and the plugin have', () => {
    const { contributes } = JSON.parse(read('package.json')) as { contributes: { chatSkills: { path: string }[] } };
    assert.deepEqual(
      contributes.chatSkills.map(({ path }) => path),
      files.map((file) => `./${file}`),
    );
    assert.ok(files.length > 0 && files.length <= 5, 'each costs tokens in every conversation');
  });

  for (const file of files) {
    const text = read(file);
    const [, header = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
    const spans = [...body.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);

    it(`${file} is a page with a name and a description`, () => {
      const { name, description, ...others } = parse(header) as Record<string, string>;
      assert.deepEqual(others, {});
      assert.equal(file, `skills/${name}/SKILL.md`);
      assert.match(name ?? '', /^[a-z][a-z-]{0,63}$/);
      assert.ok(description && description.length <= 1024);
      assert.ok(body.split('\n').length <= 60, 'longer than a page');
    });

    it(`${file} names only tools, parameters and values that there are`, () => {
      const calls = spans.filter((span) => /^[a-z]+(_[a-z]+)+(\s|$)|^[a-zA-Z]+=\S/.test(span));
      assert.ok(calls.length >= 5, file);
      for (const call of calls) assertCall(call, file);
    });

    it(`${file} names only prompts, toolsets and skills that there are`, () => {
      const named = (word: string) =>
        [...text.matchAll(new RegExp(`\\b${word}s? \`?([a-z-]+)\``, 'g'))].map(([, name = '']) => name);
      for (const name of named('prompt'))
        assert.ok(
          prompts.some((prompt) => prompt.name === name),
          name,
        );
      for (const name of named('toolset'))
        assert.ok(
          TOOLSETS.some((toolset) => toolset === name),
          name,
        );
      for (const [, name] of text.matchAll(/\bskill ([a-z-]+)/g))
        assert.ok(files.includes(`skills/${name}/SKILL.md`), name);
    });
  }
});
