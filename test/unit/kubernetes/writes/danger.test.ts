import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DANGER_WORDS, danger, dangerText } from '../../../../src/kubernetes/writes/danger.ts';

describe('dangers', () => {
  it('are said on one line, in which every character is seen', () =>
    assert.equal(dangerText(danger('actsAs', 'a\u202e\nb')), 'Its pods act as ServiceAccount a\\u202E\\u000Ab.'));

  it('are said alike in the editor', () => {
    const source = readFileSync(new URL('../../../../src/extension/reviews/danger-text.ts', import.meta.url), 'utf8');
    for (const words of Object.values(DANGER_WORDS)) assert.ok(source.includes(`'${words}'`), words);
  });
});
