import assert from 'node:assert/strict';
import { LogLines } from '../../../../src/webviews/logs/log-lines.ts';
import { lineTest } from '../../../../src/webviews/logs/selection.ts';

describe('the selection of lines', () => {
  const lines = new LogLines();
  lines.add(
    ['DEBUG a', 'INFO b', 'WARN c', '  stack', 'ERROR \u001b[31mred\u001b[0m'].map((text) => ({ source: 0, text })),
    [{ pod: 'a', container: 'app' }],
  );
  lines.add([{ text: 'it ended', isNote: true }], []);

  async function selected(pattern: string, level?: 'warning' | 'info'): Promise<string[]> {
    const test = await lineTest({ pattern, level });
    return lines.all.filter(test ?? (() => true)).map(({ text }) => text);
  }

  it('is by an expression and by level, and keeps what we say ourselves', async () => {
    assert.equal((await selected('')).length, 6);
    assert.deepEqual(await selected('', 'warning'), ['WARN c', '  stack', 'ERROR red', 'it ended']);
    assert.deepEqual(await selected('ERROR red|a$'), ['DEBUG a', 'ERROR red', 'it ended']);
    assert.deepEqual(await selected('(?i)^warn', 'info'), ['WARN c', 'it ended']);
  });

  it('says what is wrong with an expression', async () => {
    await assert.rejects(lineTest({ pattern: 'a(?=b)', level: undefined }), /error parsing regexp/);
    await assert.rejects(lineTest({ pattern: '(', level: undefined }), /missing closing \)/);
  });
});
