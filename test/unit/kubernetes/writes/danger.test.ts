import assert from 'node:assert/strict';
import { danger, dangerText } from '../../../../src/kubernetes/writes/danger.ts';

describe('dangers', () => {
  it('are said on one line, in which every character is seen', () =>
    assert.equal(dangerText(danger('actsAs', 'a\u202e\nb')), 'Its pods act as ServiceAccount a\\u202E\\u000Ab.'));
});
