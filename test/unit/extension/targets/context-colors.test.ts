import assert from 'node:assert/strict';
import { contextColor } from '../../../../src/extension/targets/context-colors.ts';

describe('the color of a context', () => {
  const contextColors = { 'prod-eu': 'orange', '*prod*': 'purple', 'kind-*': 'green', test: 'none' } as const;
  const color = (context: string, protectedContexts: string[] = []) =>
    contextColor(context, { contextColors, protectedContexts });

  it('is that of the first pattern that matches', () => {
    assert.deepEqual(
      ['prod-eu', 'prod-us', 'kind-a', 'other'].map((one) => color(one)),
      ['orange', 'purple', 'green', undefined],
    );
  });

  it('is red for a protected context, unless the user gave it another', () => {
    assert.deepEqual(
      ['other', 'kind-a', 'test'].map((one) => color(one, ['*'])),
      ['red', 'green', undefined],
    );
  });
});
