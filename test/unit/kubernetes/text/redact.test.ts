import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { isMarker } from '../../../../src/kubernetes/text/markers.ts';
import { redact, redactedValues, restoreRedacted } from '../../../../src/kubernetes/text/redact.ts';
import { processorTime } from '../../../support/load.ts';

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

  it('hides the releases that Helm keeps in ConfigMaps, by their label or their name', () => {
    const data = { release: 'the values' };
    for (const metadata of [
      { name: 'x', labels: { owner: 'helm' } },
      { name: 'sh.helm.release.v1.web.v1', labels: { owner: 'bob' } },
      { name: 'sh.helm.release.v1.web.v1' },
    ])
      assert.ok(isMarker((redact({ kind: 'ConfigMap', metadata, data }).data as typeof data).release));
    assert.deepEqual(redact({ kind: 'ConfigMap', metadata: { name: 'x' }, data }).data, data);
  });

  it('keeps the keys and the other annotations, and tells no length', () => {
    const { data, stringData, ...rest } = redact(secret);
    assert.deepEqual(rest, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', annotations: { owner: 'bob' } },
    });
    for (const [fields, keys] of [
      [data, ['password', 'user']],
      [stringData, ['extra']],
    ] as const) {
      assert.deepEqual(Object.keys(fields as object), keys);
      for (const value of Object.values(fields as object)) assert.match(String(value), /^<redacted #[0-9a-f]{4}>$/);
    }
  });

  it('gives equal values equal markers, in whatever object and form they stand', () => {
    const { data } = redact(secret) as { data: Record<string, string> };
    const shown = JSON.stringify(redact(pod));
    assert.ok(shown.includes(`"name":"DB_PASSWORD","value":"${data.password}"`), shown);
    assert.ok(shown.includes(`postgres://bob:${data.password}@db/shop`), shown);
    assert.notEqual(data.password, data.user);
  });

  it('hides annotations that repeat a value, plain or encoded', () => {
    const annotations = { plain: 'the password is hunter2', encoded: 'x=aHVudGVyMg==', other: 'fine' };
    const shown = redact({ ...secret, metadata: { name: 'db', annotations } });
    const { plain, encoded, ...others } = shown.metadata?.annotations ?? {};
    assert.deepEqual([isMarker(plain), isMarker(encoded), others], [true, true, { other: 'fine' }]);
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

  it('redacts in ConfigMaps what stands under the name of a credential, and nothing else', () => {
    const data = { password: 'hunter2', 'app.properties': 'url=jdbc:x\nspring.datasource.password=hunter2\npool=5' };
    const shown = redact({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data }).data as typeof data;
    assert.ok(isMarker(shown.password));
    assert.equal(shown['app.properties'], `url=jdbc:x\nspring.datasource.password=${shown.password}\npool=5`);
  });

  it('hides a value that has something random under a name that needs it, and leaves public keys', () => {
    const data = {
      session: '[aB3dE5gH7jK9mN1pQ, bob]',
      auth: 'bob:aB3dE5gH7jK9mN1pQ',
      key: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'Jk3x'.repeat(8)} bob@shop`,
      'session.affinity': 'ClientIP',
    };
    const shown = redact({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data }).data as typeof data;
    assert.ok(isMarker(shown.session) && isMarker(shown.auth));
    assert.deepEqual({ ...shown, session: data.session, auth: data.auth }, data);
  });

  it('says which values differ from those before', () => {
    const after = { ...secret, data: { password: 'b3RoZXI=', user: 'Ym9i' } };
    const { password, user } = redact(after, secret).data as Record<string, string>;
    assert.match(password ?? '', /^<redacted #[0-9a-f]{4}, changed>$/);
    assert.match(user ?? '', /^<redacted #[0-9a-f]{4}>$/);
  });
});

describe('redact, of a schema', () => {
  it('shows the fields, and no credential among its defaults and examples', () => {
    const password = { type: 'string', description: 'The password', default: 'hunter2' };
    const properties = {
      password,
      auth: {
        type: 'object',
        default: { token: 'hunter2', mode: 'basic' },
        properties: { token: { type: 'string', example: 'hunter2' } },
      },
      accounts: { type: 'array', items: { type: 'object' }, examples: [{ name: 'bob', password: 'hunter2' }] },
      credentials: { type: 'object', default: { bob: 'hunter2' } },
      level: { type: 'string', default: 'info' },
    };
    const shown = redact({
      kind: 'CustomResourceDefinition',
      spec: { openAPIV3Schema: { type: 'object', properties } },
    });
    const text = JSON.stringify(shown);
    assert.ok(!text.includes('hunter2'), text);
    for (const open of ['The password', '"mode":"basic"', '"name":"bob"', '"default":"info"'])
      assert.ok(text.includes(open), text);
  });
});

describe('redactedValues', () => {
  it('has every value that is redacted, in base64 and decoded', () => {
    const values = redactedValues(secret);
    for (const value of ['aHVudGVyMg==', 'hunter2', 'Ym9i', 'bob', 'clear']) assert.ok(values.includes(value), value);
    assert.deepEqual(redactedValues(pod), ['hunter2']);
  });
});

describe('redact, of a big Secret', () => {
  it('takes little time', async () => {
    const of = (count: number, value: (index: number) => string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value(index)]));
    const big = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'big', annotations: of(15_000, (index) => `note ${index}`) },
      data: of(20_000, (index) => Buffer.from(`value-${index}`).toString('base64')),
    };
    redact(big);
    const took = await processorTime(() => redact(big));
    assert.ok(took < 200, `${took} ms`);
  });
});

describe('redact, of a long value', () => {
  it('takes little time', async () => {
    const value = `${'://a:'.repeat(40_000)} @`;
    const pod = { kind: 'Pod', spec: { containers: [{ env: [{ name: 'LEVEL', value }] }] } };
    const took = await processorTime(() => redact(pod));
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

describe('restoreRedacted, within texts', () => {
  const text = 'user=bob\npassword=hunter2\nadmin.password=battery-staple\nlevel=info\n';
  const map = (conf: string): KubernetesObject => ({ kind: 'ConfigMap', metadata: { name: 'x' }, data: { conf } });
  const shown = (redact(map(text)).data as { conf: string }).conf;
  const restoredConf = (conf: string) => (restoreRedacted(map(conf), map(text)).data as { conf: string }).conf;

  it('keeps the values when the lines around them are edited, moved or removed', () => {
    assert.equal(restoredConf(shown.replace('info', 'debug')), text.replace('info', 'debug'));
    assert.equal(restoredConf(`new=1\n${shown}`), `new=1\n${text}`);
    assert.equal(restoredConf(shown.replace(/^password=.*\n/m, '')), text.replace(/^password=.*\n/m, ''));
    const [first, second, third, ...rest] = shown.split('\n');
    assert.match(restoredConf([first, third, second, ...rest].join('\n')), /battery-staple\npassword=hunter2\n/);
  });

  it('refuses a marker at another place, and one that was never there', () => {
    const [, marker = ''] = /^password=(.*)$/m.exec(shown) ?? [];
    for (const conf of [
      `${shown}note: ${marker}`,
      shown.replace('user=bob', `user=${marker}`),
      'password=<redacted #zzzz>',
    ])
      assert.throws(() => restoredConf(conf), /data\.conf holds the marker "<redacted/, conf);
    assert.throws(() => restoreRedacted(map(shown), undefined), /holds the marker/);
  });

  it('knows arguments by their flag when others come or go', () => {
    const run = (args: string[]): KubernetesObject => ({ kind: 'Pod', spec: { containers: [{ name: 'a', args }] } });
    const live = run(['--level', 'info', '--token', 'hunter2-token', '--url=postgres://u:staple@h/x']);
    const spec = redact(live) as { spec: { containers: [{ args: string[] }] } };
    const { args } = spec.spec.containers[0];
    const restored = restoreRedacted(run(args.slice(2)), live) as typeof spec;
    assert.deepEqual(restored.spec.containers[0].args, ['--token', 'hunter2-token', '--url=postgres://u:staple@h/x']);
  });

  it('takes a marker that YAML cut at its number sign for what it was', () => {
    const live = { kind: 'Secret', data: { a: 'aHVudGVyMg==' } };
    assert.deepEqual(restoreRedacted({ kind: 'Secret', data: { a: '<redacted' } }, live), live);
  });
});
