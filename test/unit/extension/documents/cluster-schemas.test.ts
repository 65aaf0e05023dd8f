import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { ClusterSchemas } from '../../../../src/extension/documents/cluster-schemas.ts';

/** An event that tests fire. */
function event(): { fire(): void; on: (listener: () => void) => vscode.Disposable } {
  const listeners = new Set<() => void>();
  return {
    fire: () => {
      for (const one of listeners) one();
    },
    on: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}

describe('schemas of clusters', () => {
  const document = { uri: { scheme: 'file' } } as vscode.TextDocument;
  const [settings, begun, connectivity] = [event(), event(), event()];
  const targets = { used: false, onDidChange: settings.on };
  const target = {};
  const places = { onDidChange: begun.on, likely: async () => ({ target, context: 'staging' }) };
  const connected: unknown[] = [];
  const connect = async (...place: unknown[]) => {
    connected.push(place);
    throw new Error('no cluster');
  };
  const clusters = { connectivity: { onDidChange: connectivity.on }, connect };
  const schemas = new ClusterSchemas(undefined as never, places as never, targets as never, clusters as never);

  it('are nobody’s business before a cluster is in use', async () => {
    assert.equal(schemas.version, undefined);
    assert.equal(await schemas.ofKind(document, 'v1', 'Pod'), undefined);
    assert.deepEqual(connected, []);
  });

  it('may be others with other settings, for another cluster, and once it answers again', async () => {
    targets.used = true;
    const versions = [schemas.version];
    for (const changed of [settings, begun, connectivity]) {
      changed.fire();
      versions.push(schemas.version);
    }
    assert.ok(!versions.includes(undefined));
    assert.equal(new Set(versions).size, 4);
    assert.equal(schemas.version, schemas.version);
  });

  it('are none where the cluster cannot be had', async () => {
    assert.equal(await schemas.ofKind(document, 'v1', 'Pod'), undefined);
    assert.deepEqual(connected, [[target, 'staging']], 'that of the document, not the one in use');
    await assert.rejects(schemas.connect(document), /no cluster/);
  });
});
