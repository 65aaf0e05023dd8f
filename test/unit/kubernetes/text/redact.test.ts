import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { redact, restoreRedacted } from '../../../../src/kubernetes/text/redact.ts';

const secret: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'db',
    managedFields: [{ manager: 'kubectl' }],
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"password":"hunter2"}}',
      owner: 'bob',
    },
  },
  data: { password: Buffer.from('hunter2').toString('base64'), user: 'Ym9i' },
  stringData: { extra: 'clear' },
};

const pod: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    containers: [
      {
        name: 'app',
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'DATABASE', value: 'postgres://bob:hunter2@db/shop' },
          { name: 'LOG_LEVEL', value: 'debug' },
          { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'db', key: 'token' } } },
        ],
      },
    ],
  },
};

describe('redact', () => {
  it('hides every value of a Secret, and what repeats it', () => {
    const shown = JSON.stringify(redact(secret));
    for (const hidden of ['hunter2', 'aHVudGVyMg==', 'Ym9i', 'clear']) assert.ok(!shown.includes(hidden), hidden);
  });

  it('keeps the keys, the lengths and the other annotations', () => {
    assert.deepEqual(redact(secret), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', annotations: { owner: 'bob' } },
      data: { password: '<redacted 7 bytes>', user: '<redacted 3 bytes>' },
      stringData: { extra: '<redacted 5 bytes>' },
    });
  });

  it('hides annotations that repeat a value, plain or encoded', () => {
    const annotations = { plain: 'the password is hunter2', encoded: 'x=aHVudGVyMg==', other: 'fine' };
    const shown = redact({ ...secret, metadata: { name: 'db', annotations } });
    assert.deepEqual(shown.metadata?.annotations, {
      plain: '<redacted 23 bytes>',
      encoded: '<redacted 14 bytes>',
      other: 'fine',
    });
    assert.deepEqual(
      restoreRedacted(shown, { ...secret, metadata: { name: 'db', annotations } }).metadata?.annotations,
      annotations,
    );
  });

  it('shows nothing of a Secret whose data is not a mapping of strings', () => {
    assert.ok(!JSON.stringify(redact({ ...secret, data: ['hunter2'] })).includes('hunter2'));
    assert.ok(!JSON.stringify(redact({ ...secret, data: { a: { b: 'hunter2' } } })).includes('hunter2'));
  });

  it('hides literal environment values that are credentials, and no others', () => {
    const shown = JSON.stringify(redact(pod));
    assert.ok(!shown.includes('hunter2'));
    assert.match(shown, /"LOG_LEVEL","value":"debug"/);
    assert.match(shown, /secretKeyRef/);
  });

  it('leaves ConfigMaps alone', () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { password: 'not a secret' } };
    assert.deepEqual(redact(map), map);
  });

  it('says which values differ from those before', () => {
    const after = { ...secret, data: { password: 'b3RoZXI=', user: 'Ym9i' } };
    assert.deepEqual(redact(after, secret).data, {
      password: '<redacted 5 bytes, changed>',
      user: '<redacted 3 bytes>',
    });
  });
});

describe('redact, of a long value', () => {
  it('takes little time', () => {
    const value = `${'://a:'.repeat(40_000)} @`;
    const begin = process.cpuUsage();
    redact({ kind: 'Pod', spec: { containers: [{ env: [{ name: 'LEVEL', value }] }] } });
    const took = process.cpuUsage(begin).user / 1_000;
    assert.ok(took < 1_000, `${took} ms`);
  });
});

describe('restoreRedacted', () => {
  it('puts the values back where the markers stand', () => {
    const edited = { ...redact(secret), data: { ...(redact(secret).data as object), user: 'YWxpY2U=' } };
    const restored = restoreRedacted(edited, secret);
    assert.deepEqual(restored.data, { password: 'aHVudGVyMg==', user: 'YWxpY2U=' });
    assert.deepEqual(restored.stringData, { extra: 'clear' });
  });

  it('finds environment values by name when the list was reordered', () => {
    const shown = redact(pod) as { spec: { containers: { env: { name: string }[] }[] } };
    const container = shown.spec.containers[0];
    container?.env.reverse();
    const restored = restoreRedacted(shown, pod) as {
      spec: { containers: { env: { name: string; value?: string }[] }[] };
    };
    const value = restored.spec.containers[0]?.env.find(({ name }) => name === 'DB_PASSWORD')?.value;
    assert.equal(value, 'hunter2');
  });

  it('refuses a marker where nothing is redacted', () => {
    const submitted = { ...redact(secret), metadata: { name: 'db', labels: { a: '<redacted 7 bytes>' } } };
    assert.throws(() => restoreRedacted(submitted, secret), /metadata\.labels\.a holds the marker/);
    assert.throws(
      () => restoreRedacted({ kind: 'Secret', data: { brandNew: '<redacted 7 bytes>' } }, secret),
      /data\.brandNew/,
    );
    assert.throws(() => restoreRedacted(redact(secret), undefined), /marker/);
  });
});
