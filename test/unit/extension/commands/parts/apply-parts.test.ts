import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { App } from '../../../../../src/extension/commands/parts/app.ts';
import { applyBatches, type ManifestPart } from '../../../../../src/extension/commands/parts/apply-parts.ts';
import type { Target } from '../../../../../src/extension/targets/targets.ts';
import { RejectedError, UserError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import { EditConflictError } from '../../../../../src/kubernetes/writes/edit.ts';
import { inVsCode } from '../../../../support/in-vscode.ts';
import { until } from '../../../../support/until.ts';

const resource = {
  ...{ group: '', version: 'v1', kind: 'ConfigMap', name: 'configmaps', singularName: 'configmap' },
  ...{ shortNames: [], namespaced: true, verbs: ['create'], subresources: [] },
};

/** A file with one object. */
function part(name: string): ManifestPart & { document: { version: number } } {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n`;
  const document = { uri: vscode.Uri.file(`/${name}.yaml`), version: 1, getText: () => text, offsetAt: () => 0 };
  return { document: document as unknown as vscode.TextDocument, range: undefined };
}

/** What is to be applied in a context. */
const batch = (context: string) => ({ place: { target: {} as Target, context }, parts: [part(context)] });

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'api', namespace: 'shop' } };
const conflict = new EditConflictError({ resource, namespace: 'shop', name: 'api', object }, [
  { path: ['data'], owner: 'flux', live: undefined },
]);

describe('applying to several clusters', () => {
  let shown: { message: string; choices: string[]; answer: (choice?: string) => void }[];
  /** What writing to a context fails with. */
  let failures: Record<string, Error>;
  let written: string[];
  let app: App;
  const [api, web] = [batch('api'), batch('web')];

  // A notification stays until the user answers.
  const show = (message: string, ...choices: string[]) => {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    shown.push({ message, choices, answer: resolve });
    return promise;
  };
  inVsCode({
    workspace: { asRelativePath: ({ path }: vscode.Uri) => path.slice(1) },
    window: { showErrorMessage: show, showInformationMessage: show },
  });

  beforeEach(() => {
    [shown, written, failures] = [[], [], {}];
    for (const { parts } of [api, web]) for (const { document } of parts) document.version = 1;
    const ignore = () => undefined;
    app = {
      log: { error: ignore, warn: ignore, info: ignore },
      lenses: { refresh: ignore },
      documents: { conflicts: { problems: { clear: ignore, show: ignore } } },
      clusters: {
        connect: async (_target: Target, context: string) => ({
          ...{ context: { name: context }, namespace: 'default' },
          ...{ discovery: { resolve: async () => resource }, client: { send: async () => ({}) } },
        }),
      },
      writes: {
        writer: async ({ context }: { context: string }) => {
          written.push(context);
          throw failures[context];
        },
      },
    } as unknown as App;
  });

  it('goes on to the next one while the user has not read of the first, and then tells of both', async () => {
    failures = { api: new UserError('quota'), web: new UserError('webhook') };
    await applyBatches(app, [api, web]);
    assert.deepEqual(written, ['api', 'web']);
    assert.deepEqual(
      shown.map(({ message, choices }) => [message, choices]),
      [['Not applied: api: ConfigMap shop/api failed: quota; web: ConfigMap shop/web failed: webhook', []]],
    );
  });

  it('goes on where the user wants nothing of the first, or nothing of it can be read', async () => {
    failures = { api: new RejectedError('no'), web: new UserError('webhook') };
    await applyBatches(app, [api, web]);
    const broken = { ...part('broken'), document: { ...part('broken').document, getText: () => 'a: [' } };
    await applyBatches(app, [{ ...api, parts: [broken as unknown as ManifestPart] }, web]);
    assert.deepEqual(written, ['api', 'web', 'web']);
    const [first, unread, second] = shown.map(({ message }) => message);
    assert.equal(first, 'Not applied: web: ConfigMap shop/web failed: webhook');
    assert.match(unread ?? '', /^broken\.yaml: /);
    assert.equal(second, first);
  });

  it('names folders where their contexts have one name', async () => {
    failures = { web: new UserError('quota') };
    const inFolder = (name: string) => ({ ...web, place: { ...web.place, target: { name } as Target } });
    await applyBatches(app, [inFolder('one'), inFolder('other')]);
    assert.deepEqual(
      shown.map(({ message }) => message),
      ['Not applied: one: ConfigMap shop/web failed: quota; other: ConfigMap shop/web failed: quota'],
    );
  });

  it('overwrites, where the user says so, what was in conflict alone', async () => {
    failures = { api: conflict, web: new UserError('webhook') };
    await applyBatches(app, [api, web]);
    assert.deepEqual(shown[0]?.choices, ['Apply Anyway']);
    shown[0]?.answer('Apply Anyway');
    await until(() => written.length > 2);
    assert.deepEqual(written, ['api', 'web', 'api']);
  });

  it('does not overwrite with a text that has changed meanwhile', async () => {
    failures = { api: conflict };
    await applyBatches(app, [api]);
    for (const { document } of api.parts) document.version = 2;
    shown[0]?.answer('Apply Anyway');
    await until(() => shown.length > 1);
    assert.deepEqual(written, ['api']);
    assert.equal(shown[1]?.message, 'api.yaml has changed since then: apply it again.');
  });

  it('does not overwrite with a text that is closed and follows its file no more', async () => {
    failures = { api: conflict };
    const closed = { isClosed: false };
    const parts = api.parts.map(({ document, ...part }) => ({ ...part, document: Object.assign(closed, document) }));
    await applyBatches(app, [{ ...api, parts }]);
    closed.isClosed = true;
    shown[0]?.answer('Apply Anyway');
    await until(() => shown.length > 1);
    assert.deepEqual(written, ['api']);
  });
});
