import assert from 'node:assert/strict';
import { AS_TEXT, diagnosticsPage } from '../../../../src/extension/diagnostics/diagnostics-page.ts';
import { Destinations } from '../../../../src/extension/pages/destinations.ts';

describe('the page of the diagnostics', () => {
  const to = new Destinations();
  const works = { state: 'good', title: 'Cluster', facts: ['answers', '  in time', 'again'], remedies: [] } as const;
  const fails = {
    state: 'bad',
    title: 'Kubeconfig',
    facts: ['is broken'],
    remedies: ['Correct it.', 'Or not.'],
  } as const;
  const commands = ['mcpK8s.switchContext'] as const;
  const page = diagnosticsPage(
    [
      { ...works, facts: [...works.facts], remedies: [] },
      { ...fails, facts: [...fails.facts], remedies: [...fails.remedies], commands },
    ],
    ['Node 24'],
    to,
  );

  it('begins with the conclusion, and can be read as text', () => {
    assert.deepEqual([page.state.tone, page.status], ['bad', ['Not everything works. Look at: Kubeconfig.']]);
    assert.ok(page.actions.some((action) => action.to === AS_TEXT));
    assert.equal(to.at(AS_TEXT), undefined, 'no destination has its number');
  });

  it('has what was found below each check, and buttons for what may mend it', () => {
    const content = page.sections[0]?.content;
    const [good, bad] = content?.type === 'list' ? content.items : [];
    assert.deepEqual(
      good?.items?.map(({ line, items }) => [line, items?.map((one) => one.line)]),
      [
        [['answers'], [['in time']]],
        [['again'], []],
      ],
    );
    const [, correct, , buttons] = bad?.items ?? [];
    assert.deepEqual(correct?.line, ['Correct it.']);
    assert.deepEqual(
      buttons?.actions?.map(({ text, to: number }) => [text, to.at(number)]),
      [['Switch Context', { type: 'command', command: 'mcpK8s.switchContext', coordinates: undefined }]],
    );
  });
});
