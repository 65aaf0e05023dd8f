import assert from 'node:assert/strict';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { testCluster } from './environment.ts';
import { signingRequest } from './issued-certificates.ts';
import { McpServer } from './mcp-process.ts';
import { apply, fieldOf, kubectl, scratchNamespace } from './scratch.ts';

describe('the review of a subresource', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  let question: string;
  let decision: 'Apply' | 'Reject';
  before(async () => {
    const args = ['--namespace', namespace.name, '--journal=/dev/null', '--enable-update'];
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), args, {}, { elicitation: {} });
    server.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      question = params.message;
      return { action: 'accept', content: { decision } };
    });
  });
  after(() => server.stop());
  beforeEach(() => {
    question = '';
    decision = 'Apply';
  });

  describe('approval', () => {
    const made: string[] = [];
    after(() => kubectl('delete', 'csr', ...made));
    const name = (suffix: string) => `${namespace.name}-${suffix}`;
    const request = async (suffix: string, pem: string, signerName: string, more = '') => {
      made.push(name(suffix));
      await apply(`apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: ${name(suffix)} }
spec: { signerName: ${signerName}, request: ${Buffer.from(pem).toString('base64')}, usages: [digital signature, client auth]${more} }`);
    };
    const decide = (suffix: string, type: string) => ({
      ...{ kind: 'csr', name: name(suffix), subresource: 'approval' },
      patch: JSON.stringify({
        status: { conditions: [{ type, status: 'True', reason: 'Asked', message: 'by a test' }] },
      }),
    });
    const conditions = (suffix: string) =>
      kubectl('get', 'csr', name(suffix), '-o', 'jsonpath={.status.conditions[*].type}');

    it('says what the certificate would allow', async () => {
      const pem = await signingRequest('alice', { organizations: ['dev', 'ops'] });
      await request('user', pem, 'kubernetes.io/kube-apiserver-client', ', expirationSeconds: 7200');
      decision = 'Reject';
      assert.match(await server.error('update_resource', decide('user', 'Approved')), /rejected/);
      assert.match(
        question,
        /^update CertificateSigningRequest\/approval .*\n! Decides about a certificate of kubernetes\.io/,
      );
      assert.match(question, /^! To the API server, its holder is user alice, in groups dev, ops\.$/m);
      assert.match(question, /^! It is for digital signature, client auth, and is asked for 2h\.$/m);
      assert.equal(await conditions('user'), '');
      decision = 'Apply';
      assert.match(
        await server.text('update_resource', decide('user', 'Approved')),
        /^Updated approval of .*type: Approved/s,
      );
      assert.match(await conditions('user'), /Approved/);
    });

    it('warns of system:masters, of names, and of what cannot be read', async () => {
      const names = [{ type: 'dns' as const, value: 'api.shop.svc' }];
      await request(
        'root',
        await signingRequest('root', { organizations: ['system:masters'], names }),
        'example.com/own',
      );
      await server.text('update_resource', decide('root', 'Approved'));
      assert.match(question, /^! Its subject is O=system:masters, CN=root\.$/m);
      assert.match(question, /^! Group system:masters may do everything in the cluster/m);
      assert.match(question, /^! It stands for the names DNS:api\.shop\.svc\.$/m);
      assert.match(question, /for as long as the signer likes/);
    });

    it('says that a denial is one', async () => {
      await request('denied', await signingRequest('mallory'), 'example.com/own');
      await server.text('update_resource', decide('denied', 'Denied'));
      assert.match(question, /^! Denies it, for good\.$/m);
      assert.doesNotMatch(question, /Its subject/);
      assert.equal(await conditions('denied'), 'Denied');
    });
  });

  it('of a resize says what changes in which container, and what restarts', async () => {
    await apply(`apiVersion: v1
kind: Pod
metadata: { name: sized, namespace: ${namespace.name} }
spec:
  # Simulated nodes do not support it, so the pod never starts.
  nodeSelector: { no: where }
  containers:
    - name: app
      image: nginx:1
      resizePolicy: [{ resourceName: cpu, restartPolicy: NotRequired }, { resourceName: memory, restartPolicy: RestartContainer }]
      resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { cpu: 200m, memory: 128Mi } }
    - { name: other, image: 'nginx:1', resources: { requests: { cpu: 50m } } }`);
    const resources = { limits: { cpu: '300m', memory: '256Mi' } };
    const patch = JSON.stringify({ spec: { containers: [{ name: 'app', resources }] } });
    const input = { kind: 'pod', name: 'sized', subresource: 'resize', patch };
    assert.match(await server.text('update_resource', input), /^Updated resize of pods "sized"/);
    assert.match(question, /^! Container app: cpu limits 200m becomes 300m\.$/m);
    assert.match(question, /^! Container app: memory limits 128Mi becomes 256Mi\.$/m);
    assert.match(question, /^! Container app is restarted for it, as its resizePolicy for memory says\.$/m);
    assert.doesNotMatch(question, /Container other/);
    assert.equal(
      await fieldOf('{.spec.containers[0].resources.limits.memory}', 'pod', 'sized', '-n', namespace.name),
      '256Mi',
    );
  });
});
