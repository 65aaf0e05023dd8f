import assert from 'node:assert/strict';
import type { JournalEntry } from '../../../../src/kubernetes/writes/journal.ts';
import { Call } from '../../../../src/server/core/call.ts';
import { withoutHiddenValues } from '../../../../src/server/mcp/hidden-values.ts';
import { entry, update } from '../../../support/journal.ts';

const said = (text: string): JournalEntry => ({ ...entry(update), reason: text, summary: text });

/** What is kept of this text in a call that has read a Secret. */
function kept(text: string): (string | undefined)[] {
  const call = new Call('tools/call', { arguments: { body: text } });
  const data = { password: Buffer.from('Winter2024!x').toString('base64') };
  call.saw({ path: '/api/v1/namespaces/n/secrets/db' }, { apiVersion: 'v1', kind: 'Secret', data });
  let found: JournalEntry | undefined;
  call.run(() => {
    found = withoutHiddenValues(said(text));
  });
  return [found?.reason, found?.summary];
}

describe('a kept entry', () => {
  it('has no value that its call has hidden, although the caller said it', () => {
    assert.deepEqual(kept('value Winter2024!x may not change'), [
      'value <redacted> may not change',
      'value <redacted> may not change',
    ]);
    assert.deepEqual(kept('not on a Friday'), ['not on a Friday', 'not on a Friday']);
  });

  it('has nothing of what cannot be searched, and is kept all the same', () => {
    assert.deepEqual(kept('a \uffff'), ['<redacted>', '<redacted>']);
  });

  it('is as it was outside of calls', () => {
    for (const one of [said('a'), entry(update)]) assert.deepEqual(withoutHiddenValues(one), one);
  });
});
