import assert from 'node:assert/strict';
import { dangerText } from '../../../../src/extension/reviews/danger-text.ts';
import { DANGER_WORDS, type DangerKind, dangerText as inEnglish } from '../../../../src/kubernetes/writes/danger.ts';

describe('dangers in the editor', () => {
  it('are those that agents are told, with all of their values', () => {
    for (const kind of Object.keys(DANGER_WORDS) as DangerKind[]) {
      const text = dangerText({ kind, values: ['a\u202e', 'b\n', 'c'] });
      assert.equal(text, inEnglish({ kind, values: ['a\u202e', 'b\n', 'c'] }));
      assert.doesNotMatch(text, /\{\d+\}|\u202e|\n/, kind);
    }
  });

  it('are shown as they are when this editor does not know them', () =>
    assert.equal(dangerText({ kind: 'toString', values: ['a\u202e'] }), 'toString a\\u202E'));
});
