import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

/** About 1,500 tokens. */
const LONGEST = 5_200;

/** A server that diagnoses the objects in a test file's own namespace. */
export function diagnosing(): {
  namespace: { name: string };
  server: () => McpServer;
  /** The answer about an object in this or another namespace. */
  diagnose: (kind: string, name: string, where?: string) => Promise<string>;
  /** Sets the status of an object in the namespace, or of a cluster-scoped one. */
  patchStatus: (kind: string, name: string, status: object) => Promise<string>;
} {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--namespace', namespace.name]);
  });
  after(() => server.stop());
  return {
    namespace,
    server: () => server,
    diagnose: async (kind, name, where) => {
      const text = await server.text('diagnose_resource', { kind, name, ...(where ? { namespace: where } : {}) });
      assert.ok(text.length < LONGEST, `${text.length} characters`);
      return text;
    },
    patchStatus: (kind, name, status) =>
      kubectl(
        'patch',
        kind,
        name,
        `--namespace=${namespace.name}`,
        '--subresource=status',
        '--type=merge',
        '-p',
        JSON.stringify({ status }),
      ),
  };
}

/** A CustomResourceDefinition whose objects accept anything and have a status subresource. */
export function definition(group: string, version: string, kind: string, plural: string, scope = 'Namespaced'): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.${group}
  annotations: { api-approved.kubernetes.io: "unapproved, only for tests" }
spec:
  group: ${group}
  scope: ${scope}
  names: { kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()} }
  versions:
    - name: ${version}
      served: true
      storage: true
      subresources: { status: {} }
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }`;
}
