import assert from 'node:assert/strict';
import { redactedPage, shownText } from '../../../../src/extension/pages/page-parts.ts';
import type { Page } from '../../../../src/webviews/pages/messages.ts';

describe('what leaves for a page', () => {
  const secret = 'password=hunter2-hunter2';
  const page: Page = {
    title: secret,
    subtitle: secret,
    state: { tone: 'bad', spoken: secret },
    status: [secret, { text: secret, to: 1 }],
    notice: secret,
    actions: [{ text: secret, to: 2 }],
    actionsName: 'Actions',
    sections: [
      {
        id: 'a',
        title: secret,
        content: { type: 'texts', texts: [{ title: secret, lines: [secret, 'plain'] }] },
        notes: [secret],
        actions: [],
        isWide: true,
      },
      {
        id: 'b',
        title: 'b',
        content: { type: 'charts', charts: [{ name: secret, text: secret, points: [[1, 2]] }] },
        notes: [],
        actions: [],
        isWide: false,
      },
    ],
  };

  it('has no credentials, wherever they were', () => {
    const text = JSON.stringify(redactedPage(page));
    assert.doesNotMatch(text, /hunter2/);
    assert.match(text, /plain/);
    assert.deepEqual(redactedPage(page), redactedPage(redactedPage(page)), 'redacting twice changes nothing');
  });

  it('stays what it is otherwise', () => {
    const shown = redactedPage(page);
    assert.equal(shown.state.tone, 'bad');
    assert.deepEqual(shown.sections[1]?.content.type === 'charts' && shown.sections[1].content.charts[0]?.points, [
      [1, 2],
    ]);
  });

  it('is one line of bounded length each, with nothing unseen', () => {
    assert.equal(shownText('a\nb\u202Ec'), 'a bc');
    assert.ok(shownText('x'.repeat(100_000)).length < 5_000);
  });
});
