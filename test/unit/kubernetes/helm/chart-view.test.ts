import assert from 'node:assert/strict';
import fc from 'fast-check';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';
import { asksForHelm, chartView, repeatsView } from '../../../../src/kubernetes/helm/chart-view.ts';

const target = (path: string) => requestTarget(path) ?? assert.fail(path);
const own = { name: 'web', namespace: 'shop' };
const CANARY = 'c4n4ry-value';
const names = ['db', 'sh.helm.release.v1.web.v1', 'sh.helm.release.v1.web.v12', 'sh.helm.release.v1.web.v1x'];
const places = fc.record({
  name: fc.constantFrom(...names, 'sh.helm.release.v1.web-2.v1', 'sh.helm.release.v1.other.v1'),
  namespace: fc.constantFrom('shop', 'default', 'shop-2'),
});
const fields = ['data', 'stringData', 'binaryData', 'spec', 'status', 'rows', 'payload'];
const objects = fc
  .tuple(places, fc.dictionary(fc.constantFrom(...fields), fc.dictionary(fc.string(), fc.constant(CANARY))))
  .map(([metadata, held]) => ({
    apiVersion: 'v1',
    metadata: {
      ...metadata,
      annotations: { copy: CANARY, 'helm.sh/hook': 'x' },
      labels: { name: 'web', owner: 'helm' },
    },
    ...held,
  }));
/** As the API server answers: an object, a list, an event, a list that a watch sends. */
const answers = fc.letrec((tie) => ({
  answer: fc.oneof(
    { depthSize: 'small' },
    objects,
    fc.array(tie('answer'), { maxLength: 4 }).map((items) => ({ kind: 'SecretList', items })),
    tie('answer').map((object) => ({ type: 'ADDED', object })),
  ),
})).answer;
const isOwn = ({ name, namespace }: { name: string; namespace: string }) =>
  namespace === 'shop' && /^sh\.helm\.release\.v1\.web\.v\d+$/.test(name);

describe('what a chart is shown', () => {
  const paths = ['/api/v1/secrets', '/api/v1/namespaces/shop/secrets', '/api/v1/namespaces/default/configmaps'];

  it('holds no value of a Secret or a record, in whatever it comes', () => {
    fc.assert(
      fc.property(answers, fc.constantFrom(...paths), (answer, path) => {
        assert.ok(!JSON.stringify(chartView(answer, target(path), undefined)).includes(CANARY));
      }),
    );
  });

  it('is whole for helm where it is a record of the release, and nowhere else', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(...paths), (object, path) => {
        for (const answer of [object, { items: [object] }, { type: 'MODIFIED', object }]) {
          const shown = chartView(answer, target(path), own);
          if (isOwn(object.metadata)) assert.deepEqual(shown, answer);
          else assert.ok(!JSON.stringify(shown).includes(CANARY));
        }
      }),
    );
  });

  it('keeps keys, labels and what helm knows its objects by; other ConfigMaps are whole', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', uid: 'u', labels: { app: 'x' }, annotations: { 'meta.helm.sh/release-name': 'web' } },
      type: 'Opaque',
      data: { a: 'eA==' },
    };
    const data = { a: Buffer.from('redacted-by-mcp-k8s').toString('base64') };
    assert.deepEqual(chartView(secret, target('/api/v1/secrets'), own), { ...secret, data });
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const bookmark = { type: 'BOOKMARK', object: { kind: 'Secret', metadata: { resourceVersion: '1', annotations } } };
    assert.deepEqual(chartView(bookmark, target('/api/v1/secrets'), undefined), bookmark);
    const map = { kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } };
    assert.deepEqual(chartView(map, target('/api/v1/configmaps'), undefined), map);
  });

  it('is known again in what the chart makes of it', () => {
    const text = 'redacted-by-mcp-k8s';
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        assert.ok(repeatsView(JSON.stringify(`${before}${text}${after}`)));
        assert.ok(repeatsView(Buffer.from(`${before}${text}${after}`).toString('base64')));
      }),
    );
    assert.ok(!repeatsView('a password: cGFzc3dvcmQ= <redacted>'));
  });

  it('is what templates get, whatever their client takes', () => {
    for (const accept of [undefined, '', 'application/json', 'application/json;q=0.9,application/cbor;q=1'])
      assert.ok(!asksForHelm(accept));
    for (const accept of ['application/json, */*', 'application/vnd.kubernetes.protobuf,application/json'])
      assert.ok(asksForHelm(accept));
  });
});
