import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inputSchema } from '../../../../src/server/core/input-schema.ts';
import { parseInput, type Tool } from '../../../../src/server/core/tool.ts';
import { tools } from '../../../../src/server/mcp/tools.ts';

interface Property {
  type?: string;
  enum?: readonly string[];
}

const cases = tools.flatMap((tool) => {
  const { properties, required = [] } = inputSchema(tool);
  return Object.entries(properties as Record<string, Property>).map(([key, schema]) => ({
    tool,
    key,
    schema,
    // The least that the tool can be called with, besides.
    others: Object.fromEntries(required.filter((name) => name !== key).map((name) => [name, least(properties, name)])),
    isRequired: required.includes(key),
  }));
});

function least(properties: object, name: string): unknown {
  const { type, enum: choices } = (properties as Record<string, Property>)[name] ?? {};
  if (choices) return choices[0];
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'array') return ['x'];
  return 'x';
}

/** Pairs of a value and of what clients send for it. */
function alternatives({ type, enum: choices }: Property, { access }: Tool): [unknown, unknown][] {
  if (choices)
    return choices.flatMap((choice): [unknown, unknown][] => [
      [choice, String(choice).toUpperCase()],
      [choice, ` ${choice} `],
    ]);
  switch (type) {
    case 'boolean':
      return [true, false].flatMap((value): [unknown, unknown][] =>
        [String(value), String(value).toUpperCase(), value ? 'True' : 'False', ` ${value}`].map((text) => [
          value,
          text,
        ]),
      );
    case 'number':
    case 'integer':
      return [
        [1, '1'],
        [1, ' 1 '],
        [1, '1.0'],
        [-1, '-1'],
        [10, '010'],
      ];
    case 'string':
      return [...(access === 'read' ? [['5', 5] as [unknown, unknown]] : []), ['true', true], ['x', ['x']]];
    case 'array':
      return [
        [['x'], 'x'],
        [['x', 'y'], '["x","y"]'],
      ];
    default:
      return [];
  }
}

const schemas = new Map(tools.map((tool) => [tool, inputSchema(tool)]));

function parse(tool: Tool, args: unknown): unknown {
  return parseInput(tool, schemas.get(tool) ?? inputSchema(tool), args);
}

function outcome(of: () => unknown): unknown {
  try {
    return of();
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the arguments of a call', () => {
  it('may be left out, null, or empty where nothing is empty', () => {
    for (const { tool, key, schema, others, isRequired } of cases) {
      const without = outcome(() => parse(tool, others));
      assert.deepEqual(
        outcome(() => parse(tool, { ...others, [key]: null })),
        without,
      );
      if (schema.type !== 'string' || schema.enum)
        assert.deepEqual(
          outcome(() => parse(tool, { ...others, [key]: '' })),
          without,
          `${tool.name} ${key}`,
        );
      if (isRequired) assert.match(String(without), new RegExp(`${key} is missing`));
      else assert.equal(typeof without, 'object', String(without));
    }
  });

  it('may have the form that clients give them', () => {
    for (const { tool, key, schema, others } of cases)
      for (const [value, given] of alternatives(schema, tool))
        assert.deepEqual(
          outcome(() => parse(tool, { ...others, [key]: given })),
          outcome(() => parse(tool, { ...others, [key]: value })),
          `${tool.name} ${key} ${JSON.stringify(given)}`,
        );
  });

  it('are numbers only where they cannot be anything else, and are quoted where they are not', () => {
    const texts = [
      '+1',
      '1e3',
      '0x10',
      '1_000',
      '1,000',
      '1.',
      '.5',
      '--1',
      '- 1',
      '1 2',
      'two',
      'NaN',
      'Infinity',
      '٣',
      '1h',
      'true',
    ];
    for (const { tool, key, schema, others } of cases.filter(({ schema: { type = '' } }) =>
      /^(?:number|integer)$/.test(type),
    ))
      for (const text of texts) {
        if (text === '1h' && /Seconds$/.test(key)) continue;
        assert.match(
          String(outcome(() => parse(tool, { ...others, [key]: text }))),
          new RegExp(`${key} is a number, written in digits alone, and "${text.replace(/[+.]/g, '\\$&')}" is none`),
          `${tool.name} ${key} ${schema.type}`,
        );
      }
  });

  it('may give seconds as a duration', () => {
    const seconds = cases.filter(({ key }) => /Seconds$/.test(key));
    assert.ok(seconds.length > 4);
    for (const { tool, key, others } of seconds)
      for (const [text, value] of [
        ['30s', 30],
        ['1m30s', 90],
        ['1h', 3600],
      ] as const)
        assert.deepEqual(
          outcome(() => parse(tool, { ...others, [key]: text })),
          outcome(() => parse(tool, { ...others, [key]: value })),
          `${tool.name} ${key} ${text}`,
        );
  });

  it("may be kubectl's TYPE/NAME, unless that may mean something else", () => {
    const named = (name: string, args: object) => {
      const tool = tools.find((one) => one.name === name);
      assert.ok(tool, name);
      const result = outcome(() => parse(tool, args)) as { kind?: string; name?: string };
      return typeof result === 'string' ? result : `${result.kind} ${result.name}`;
    };
    assert.equal(named('get_resource', { name: 'deploy/web' }), 'deploy web');
    assert.equal(named('get_resource', { kind: 'deploy', name: 'deploy/web' }), 'deploy web');
    assert.equal(named('get_pod_logs', { name: 'deploy/web' }), 'deploy web');
    assert.equal(named('get_pod_logs', { name: 'web-0' }), 'Pod web-0');
    assert.equal(named('get_resource', { kind: 'pod', name: 'shop/web' }), 'pod shop/web');
    assert.equal(named('get_resource', { kind: 'pod', name: 'a/b/c' }), 'pod a/b/c');
    assert.equal(named('get_node_logs', { name: 'node/node-1' }), 'undefined node-1');
    assert.equal(named('maintain_node', { name: 'no/node-1', action: 'cordon' }), 'undefined node-1');
    assert.equal(named('maintain_node', { name: 'pod/node-1', action: 'cordon' }), 'undefined pod/node-1');
    assert.match(named('scale_resource', { name: 'deploy/web', replicas: 1 }), /kind is missing/);
    assert.equal(named('scale_resource', { kind: 'deploy', name: 'deploy/web', replicas: 1 }), 'deploy deploy/web');
  });

  it('are no numbers for the texts of a write, nor where a number has lost digits', () => {
    for (const { tool, key, schema, others } of cases) {
      // A port is a number, or a name.
      if (schema.type !== 'string' || schema.enum || key === 'port') continue;
      for (const number of tool.access === 'read' ? [1.5, 1234567890123456789n] : [1, 1.1, 1234567890123456789n])
        assert.match(
          String(outcome(() => parse(tool, { ...others, [key]: Number(number) }))),
          new RegExp(`${key}: .*write it in quotes`),
          tool.name,
        );
    }
  });

  it('are told apart by what is wrong with them, whatever they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tools), fc.jsonValue(), (tool, args) => {
        const result = outcome(() => parse(tool, args));
        if (typeof result === 'string') assert.match(result, new RegExp(`^${tool.name}\\b`));
      }),
    );
  });
});
