import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answerId } from '../../../../src/server/core/answer-id.ts';
import { MessageOutline, outlineOf } from '../../../../src/server/core/message-outline.ts';

/** Values that look like the outermost members of a message. */
const inner = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    { id: 3 },
    { labels: { id: 3 }, method: 'x' },
    [{ id: 'inside' }],
    '"id":3}',
    '\\',
    '\\"',
    '{[',
  ),
);
const ids = fc.oneof(fc.integer(), fc.string({ maxLength: 100 }));
const order = fc.shuffledSubarray(['jsonrpc', 'id', 'method', 'params'], { minLength: 4 });

function textOf(id: unknown, params: unknown, names: readonly string[]): string {
  const message: Record<string, unknown> = { jsonrpc: '2.0', id, method: 'tools/call', params };
  return `{${names.map((name) => `${JSON.stringify(name)} :${JSON.stringify(message[name])}`).join(',\n')}}`;
}

describe('the outline of a message', () => {
  it('has its id wherever that stands, and none from inside of it, in whatever pieces it arrives', () => {
    fc.assert(
      fc.property(ids, inner, order, fc.nat(), (id, params, names, cut) => {
        const text = Buffer.from(textOf(id, params, names));
        const at = cut % text.length;
        const outline = new MessageOutline();
        outline.push(text.subarray(0, at));
        assert.equal(outline.message, undefined);
        outline.push(text.subarray(at));
        assert.equal(answerId(outline.message), id);
      }),
    );
  });

  it('is told of what is broken or too deep inside', () => {
    for (const params of ['{"name":"a",}', `${'['.repeat(3_000)}${']'.repeat(3_000)}`, '[1 2]', '{"a":nope}'])
      assert.equal(answerId(outlineOf(Buffer.from(`{"method":"ping","params":${params},"id":7} and more`))), 7);
  });

  it('is nothing for what is no message', () => {
    for (const text of [
      '',
      'hello',
      '5',
      '{',
      '}',
      ']]',
      '\u0000',
      '{"id":',
      `{"id":1,"method":"${'x'.repeat(20_000)}"}`,
    ])
      assert.equal(outlineOf(Buffer.from(text)), undefined);
  });
});

describe('the id of an answer', () => {
  it('is that of the request, null where it cannot be told, and none for what is not answered', () => {
    for (const [message, id] of [
      [{ id: 1, method: 'x' }, 1],
      [{ id: 'a', method: 5 }, 'a'],
      [{ id: 5 }, 5],
      [{ id: 5, method: 'x', result: {} }, 5],
      [{ id: null, method: 'x' }, null],
      [{ id: 1.5, method: 'x' }, null],
      [{ id: {}, method: 'x' }, null],
      [{ method: 5 }, null],
      [{}, null],
      [[], null],
      ['x', null],
      [undefined, null],
      [{ method: 'notifications/x' }, undefined],
      [{ id: 5, result: {} }, undefined],
      [{ id: null, error: {} }, undefined],
    ] as const)
      assert.equal(answerId(message), id, JSON.stringify(message));
  });
});
