import assert from 'node:assert/strict';
import { statusFindings } from '../../../../../src/kubernetes/diagnosis/facts/conditions.ts';
import { cause, ranked, risk, symptom } from '../../../../../src/kubernetes/diagnosis/facts/finding.ts';
import { errorLine, tellingLine } from '../../../../../src/kubernetes/diagnosis/facts/logs.ts';
import { inOrder, type Warning } from '../../../../../src/kubernetes/diagnosis/facts/warnings.ts';
import { quotaReport, refusalText } from '../../../../../src/kubernetes/diagnosis/rules/quotas.ts';
import { referencesOf } from '../../../../../src/kubernetes/diagnosis/rules/references.ts';

const withConditions = (...conditions: object[]) => statusFindings({ status: { conditions } }, false);

describe('findings', () => {
  it('come with the cause first, each once', () => {
    assert.deepEqual(
      ranked([risk('c'), symptom('b'), cause('a'), cause('a')]).map(({ text }) => text),
      ['a', 'b', 'c'],
    );
  });

  describe('in the status of any kind', () => {
    it('tell good conditions from bad ones by their names', () => {
      for (const [type, status, bad] of [
        ['Ready', 'True', false],
        ['Ready', 'False', true],
        ['Available', 'Unknown', true],
        ['Degraded', 'True', true],
        ['Degraded', 'False', false],
        ['MemoryPressure', 'False', false],
        ['ReplicaFailure', 'True', true],
        ['Progressing', 'False', false],
        ['Issuing', 'False', false],
        ['Stalled', 'True', true],
      ] as const) {
        assert.equal(withConditions({ type, status }).length > 0, bad, `${type}=${status}`);
      }
    });

    it('are found in phases, health and generations, and survive nonsense', () => {
      assert.deepEqual(statusFindings({ status: { health: { status: 'Degraded' } } }, true), [
        symptom('it reports Degraded'),
      ]);
      assert.deepEqual(statusFindings({ status: { phase: 'Failed', message: 'no space' } }, true), [
        cause('it reports Failed: no space'),
      ]);
      assert.match(
        statusFindings({ metadata: { generation: 3 }, status: { observedGeneration: 2 } }, true)[0]?.text ?? '',
        /generation 3, seen 2/,
      );
      assert.deepEqual(statusFindings({ status: { conditions: [null, 'x', {}], phase: 7 } }, true), []);
      assert.equal(statusFindings({}, true)[0]?.level, 'risk');
      assert.deepEqual(statusFindings({}, false), []);
    });
  });

  it('in a log are the line that says why, not what follows it', () => {
    assert.equal(
      tellingLine(['boot', 'FATAL: DATABASE_URL is not set', 'goroutine 1 [running]:', 'exit status 1']),
      'FATAL: DATABASE_URL is not set',
    );
    assert.equal(
      tellingLine([
        'Exception in thread "main" java.lang.RuntimeException: outer',
        '\tat A.b(A.java:1)',
        'Caused by: java.io.IOException: disk full',
        '\tat C.d(C.java:2)',
      ]),
      'Caused by: java.io.IOException: disk full',
    );
    assert.equal(
      tellingLine(['Traceback (most recent call last):', '  File "a.py", line 1, in <module>', 'ValueError: bad port']),
      'ValueError: bad port',
    );
    assert.equal(
      tellingLine(['{"level":"info"}', '{"level":"error","msg":"no route"}', '{"level":"info","msg":"bye"}']),
      '{"level":"error","msg":"no route"}',
    );
    assert.equal(tellingLine(['one', 'two']), 'two');
    assert.equal(tellingLine([]), undefined);
    assert.equal(errorLine(['listening', 'ready']), undefined);
  });

  it('of a refusal name the quota', () => {
    assert.equal(
      refusalText('pods "web-1" is forbidden: exceeded quota: small, requested: cpu=1, used: cpu=2, limited: cpu=2'),
      'ResourceQuota "small" forbids its pods: requested: cpu=1, used: cpu=2, limited: cpu=2',
    );
    assert.equal(
      refusalText('pods "web-1" is forbidden: failed quota: small: must specify limits.cpu for: app'),
      'ResourceQuota "small" forbids its pods: they must specify limits.cpu for: app',
    );
    assert.equal(
      refusalText(
        'Error creating: pods "web-" is forbidden: error looking up service account a/b: serviceaccount "b" not found',
      ),
      'its pods cannot be created: pods "web-" is forbidden: error looking up service account a/b: serviceaccount "b" not found',
    );
    const levels = quotaReport({
      status: {
        hard: { pods: '10', cpu: '4', 'requests.memory': '1Gi' },
        used: { pods: '10', cpu: '3800m', 'requests.memory': '10Mi' },
      },
    });
    assert.deepEqual(levels.findings, [
      cause('nothing more may be created: pods 10 of 10'),
      risk('almost used up: cpu 3800m of 4'),
    ]);
  });

  it('of references cover every place in a pod that can hold one, and no optional one', () => {
    const names = referencesOf({
      serviceAccountName: 'runner',
      initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 'init-env' } }] }],
      containers: [
        {
          name: 'app',
          envFrom: [{ configMapRef: { name: 'env', optional: true } }],
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'map', key: 'a' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: 'vault', key: 'b' } } },
          ],
        },
      ],
      volumes: [
        { name: 'c', configMap: { name: 'files', items: [{ key: 'c' }] } },
        { name: 's', secret: { secretName: 'certs' } },
        {
          name: 'p',
          projected: { sources: [{ configMap: { name: 'left' } }, { secret: { name: 'right', optional: true } }] },
        },
        { name: 'd', persistentVolumeClaim: { claimName: 'disk' } },
      ],
    }).map(({ kind, name, key }) => `${kind}/${name}${key ? `.${key}` : ''}`);
    assert.deepEqual(names, [
      'Secret/init-env',
      'ConfigMap/map.a',
      'Secret/vault.b',
      'ConfigMap/files.c',
      'Secret/certs',
      'ConfigMap/left',
      'PersistentVolumeClaim/disk',
      'ServiceAccount/runner',
    ]);
  });

  it('of events count those that differ only in names as one', () => {
    const warning = (message: string, last: number): Warning => ({
      type: 'Warning',
      reason: 'FailedCreate',
      message,
      count: 2,
      object: { kind: 'ReplicaSet', name: 'web' },
      namespace: 'n',
      first: 0,
      last,
    });
    const [only, ...others] = inOrder([
      warning('pods "web-1" is forbidden', 1),
      warning('(combined from similar events): pods "web-3" is forbidden', 3),
      warning('pods "web-2" is forbidden', 2),
    ]);
    assert.deepEqual(others, []);
    assert.equal(only?.count, 6);
    assert.equal(only?.last, 3);
  });
});
