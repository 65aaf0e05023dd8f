import assert from 'node:assert/strict';
import { sectionsOf } from '../../../../src/webviews/apps/sections.ts';

describe('a diagnosis in a view', () => {
  it('has its findings with their steps, and folds what they were found by', () => {
    const lines = [
      'Deployment shop/payments, 5m old: 0/1 ready',
      'Cause: pod payments-1-x: container payments crashes with exit code 1; its log says: FATAL: no DATABASE_URL',
      'Risk: it has no requests',
      'Conditions: Available=False',
      'Log of payments-1-x payments:',
      '  reading configuration:',
      '  exit status 1',
      'Warning events:',
      'Pod/payments-1-x BackOff x23 2m ago: Back-off',
      'Owned by: HelmRelease payments',
      'Pods:',
      'payments-1-x 0/1 CrashLoopBackOff',
      'Not readable, so not considered: nodes',
    ];
    assert.deepEqual(sectionsOf(lines), [
      { type: 'text', text: 'Deployment shop/payments, 5m old: 0/1 ready' },
      {
        type: 'finding',
        level: 'Cause',
        steps: [
          'pod payments-1-x',
          'container payments crashes with exit code 1',
          'its log says: FATAL: no DATABASE_URL',
        ],
      },
      { type: 'finding', level: 'Risk', steps: ['it has no requests'] },
      { type: 'text', text: 'Conditions: Available=False' },
      {
        type: 'evidence',
        title: 'Log of payments-1-x payments',
        lines: ['reading configuration:', 'exit status 1'],
      },
      { type: 'evidence', title: 'Warning events', lines: ['Pod/payments-1-x BackOff x23 2m ago: Back-off'] },
      { type: 'text', text: 'Owned by: HelmRelease payments' },
      { type: 'evidence', title: 'Pods', lines: ['payments-1-x 0/1 CrashLoopBackOff'] },
      { type: 'text', text: 'Not readable, so not considered: nodes' },
    ]);
  });
});
