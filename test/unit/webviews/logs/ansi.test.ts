import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainText, spansOf } from '../../../../src/webviews/logs/ansi.ts';

const ESC = '\u001b';

describe('the spans of a line', () => {
  it('have the colours and styles of SGR', () => {
    assert.deepEqual(spansOf(`a${ESC}[31mred${ESC}[1;4m both${ESC}[0m b`), [
      { text: 'a', style: {} },
      { text: 'red', style: { color: 1 } },
      { text: ' both', style: { color: 1, bold: true, underline: true } },
      { text: ' b', style: {} },
    ]);
    const styleAfter = (...codes: string[]) => spansOf(`${codes.map((code) => `${ESC}[${code}m`).join('')}x`)[0]?.style;
    assert.deepEqual(styleAfter('97;104'), { color: 15, background: 12 });
    assert.deepEqual(styleAfter('38;5;9'), { color: 9 });
    assert.deepEqual(styleAfter('38;5;196;1'), { color: 'rgb(255 0 0)', bold: true });
    assert.deepEqual(styleAfter('48;5;232'), { background: 'rgb(8 8 8)' });
    assert.deepEqual(styleAfter('38;2;1;2;3;3'), { color: 'rgb(1 2 3)', italic: true });
    assert.deepEqual(styleAfter('38:2::1:2:3;9'), { color: 'rgb(1 2 3)', strike: true });
    assert.deepEqual(styleAfter('38:5:4'), { color: 4 });
    assert.deepEqual(styleAfter('1;2;3;4;7;9;31;41', '22;23;24;27;29;39;49'), {});
    assert.deepEqual(styleAfter('4', '4:0'), {});
    assert.deepEqual(styleAfter('31', ''), {});
  });

  it('have no other sequences', () => {
    for (const sequence of [
      ...[`${ESC}[2K`, `${ESC}[10;20H`, `${ESC}[?25l`, `${ESC}]0;title\u0007`, `${ESC}]8;;https://a.example${ESC}\\`],
      ...[`${ESC}(B`, `${ESC}c`, `${ESC}Pq#0${ESC}\\`, '\u009b31m', '\b', '\r', '\0', `${ESC}[>1m`, `${ESC}[31`, ESC],
    ])
      assert.equal(plainText(`a${sequence}`) + plainText('b'), 'ab', JSON.stringify(sequence));
  });

  it('keep what an unfinished sequence would hide', () => {
    assert.equal(plainText(`seen${ESC}]0;and this, too`), 'seen0;and this, too');
    assert.equal(plainText(`seen${ESC}Pand ${ESC}[31mthis`), 'seenand this');
  });

  it('are for any line its text without control characters, and none is empty', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(`${ESC}[`, `${ESC}]`, `${ESC}P`, '\u009b', 'm', ';', '31', '\u0007', `${ESC}\\`, '38;5;', ':'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = pieces.join('');
        const spans = spansOf(line);
        assert.ok(spans.every(({ text }) => text !== ''));
        const text = spans.map((span) => span.text).join('');
        assert.equal(text, plainText(line));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the point
        assert.doesNotMatch(text, /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
        assert.equal(plainText(text), text);
      }),
    );
  });

  it('take time in proportion to the line', () => {
    for (const part of [`${ESC}]`, `${ESC}[`, `${ESC}[1;`, `${ESC}P`, '\u009d', `${ESC}[31mx`]) {
      // Processor time: the machine may be busy.
      const began = process.cpuUsage();
      spansOf(part.repeat(16_384));
      assert.ok(process.cpuUsage(began).user < 1_000_000, part);
    }
  });
});
