import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LIMITS, LimitError, type Limits } from '../../../../src/kubernetes/apimachinery/limits.ts';
import { JsonReader, parseBoundedJson } from '../../../../src/kubernetes/text/json-reader.ts';

describe('JsonReader', () => {
  const small = { bytes: 1_000, depth: 4, values: 20 };
  const read = (text: string, limits: Limits = LIMITS.answer, pieceLength = 7) => {
    const reader = new JsonReader(limits);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.subarray(at, at + pieceLength));
    return reader.read();
  };

  it('reads any JSON, wherever its pieces end', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 50 }), async (value, pieceLength) => {
        const text = JSON.stringify(value);
        assert.deepEqual(await read(text, LIMITS.answer, pieceLength), JSON.parse(text));
      }),
    ));

  it('reads lists in batches as if they were read at once', async () => {
    const item = (index: number) => ({ name: `"],[{\\ ${index}`, list: [index, [index], {}], __proto__: null });
    const list = Array.from({ length: 30_000 }, (_, index) => item(index));
    const whole = {
      kind: 'List',
      first: list,
      empty: [],
      few: [1, 2],
      metadata: { items: list },
      items: list,
      last: 1,
    };
    const text = JSON.stringify(whole, undefined, 1);
    assert.deepEqual(await read(text, LIMITS.answer, 65_536), JSON.parse(text));
  });

  it('takes neither what is too long, too deep nor of too many values', async () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    assert.deepEqual(await read(deep(4), small), [[[[]]]]);
    await assert.rejects(
      async () => read(deep(5), small),
      new LimitError('it is nested too deeply, more than 4 levels'),
    );
    await assert.rejects(async () => read(deep(1_000_000), LIMITS.answer, 65_536), /nested too deeply/);
    await assert.rejects(async () => read(`[${'0,'.repeat(20)}0]`, small), /more than 20 values/);
    await assert.rejects(async () => read(`"${'x'.repeat(1_000)}"`, small), /more than 1000 bytes/);
    // Brackets and commas inside strings do not count.
    assert.equal(await read(JSON.stringify('[{,"\\'.repeat(50)), small), '[{,"\\'.repeat(50));
  });

  it('takes no single object that would keep everybody waiting', async () => {
    const values = '0,'.repeat(LIMITS.object.values);
    for (const text of [`{"a":{"b":[${values}0]}}`, `{"items":[[${values}0],1]}`, `[${values}0]`])
      await assert.rejects(async () => read(text, LIMITS.answer, 65_536), /more than 300000 values/);
    const long = 'x'.repeat(LIMITS.object.bytes);
    for (const text of [`{"a":"${long}"}`, `{"items":[1,"${long}"]}`])
      await assert.rejects(async () => read(text, LIMITS.answer, 65_536), /more than 8 MB/);
  });

  it('leaves what is no JSON to the parser', async () => {
    for (const text of ['', '[', ']]]]', '{"a":[}', '"\\', '{"items":[1,2}', 'nonsense'])
      await assert.rejects(read(text), SyntaxError, text);
  });
});

describe('parseBoundedJson', () => {
  it('reads texts and bytes alike', () => {
    assert.deepEqual(parseBoundedJson('{"ä":[1]}', LIMITS.message), { ä: [1] });
    assert.deepEqual(parseBoundedJson(Buffer.from('{"ä":[1]}'), LIMITS.message), { ä: [1] });
    assert.throws(() => parseBoundedJson('['.repeat(600), LIMITS.message), LimitError);
  });
});
