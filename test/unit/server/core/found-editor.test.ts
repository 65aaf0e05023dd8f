import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { proofOf } from '../../../../src/editor-proof.ts';
import { EditorChannel } from '../../../../src/extension/servers/editor-channel.ts';
import { EditorPlaces } from '../../../../src/extension/servers/editor-places.ts';
import { EDITORS_VARIABLE, HELLO, REVIEW, type Review } from '../../../../src/protocol.ts';
import { FoundEditor } from '../../../../src/server/core/found-editor.ts';

const review: Review = {
  changes: [
    { access: 'delete', context: 'c', kind: 'Pod', namespace: 'n', name: 'web', dangers: [], before: 'a', after: '' },
  ],
};
const never = new AbortController().signal;

describe('editor that a server finds', () => {
  let root: string;
  let ends: (() => unknown)[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'found-'));
    ends = [];
  });

  afterEach(async () => {
    for (const end of ends) await end();
    await rm(root, { recursive: true, force: true });
  });

  const folder = (name = 'this') => join(root, 'editors', name);
  const definition = (name = 'this') => ({ env: { [EDITORS_VARIABLE]: folder(name) } });
  const server = (name = 'this') => new FoundEditor(folder(name), () => {});

  /** A window of the editor, whose user answers with its name. */
  function window(name: string, onReview = async () => ({ applied: true, reason: name })) {
    const told: string[] = [];
    const channel = new EditorChannel({
      onShown: () => void told.push('shown'),
      onKubeconfig: async ({ fingerprint }) => (fingerprint === 'known' ? 'agreed' : 'waiting'),
      onReview,
      onLogin: async () => {
        told.push('login');
        return true;
      },
      log: () => {},
    });
    const places = new EditorPlaces(join(root, 'editors'), channel, (message) => assert.fail(message));
    ends.push(() => {
      places.dispose();
      channel.dispose();
    });
    return { places, channel, told };
  }

  it('shows the review, and answers for kubeconfigs, where its window offers that server', async () => {
    const { places } = window('a');
    await places.offer([definition()]);
    assert.deepEqual(await server().review(review, never), { applied: true, reason: 'a' });
    assert.equal(await server().agreement({ path: '/k', fingerprint: 'known', isStrange: true }), 'agreed');
    assert.equal(await server().agreement({ path: '/k', fingerprint: 'other', isStrange: true }), 'waiting');
  });

  it('is nobody before, after, and for any other server', async () => {
    const { places } = window('a');
    assert.equal(await server().review(review, never), undefined);
    await places.offer([definition()]);
    assert.equal(await server('other').review(review, never), undefined);
    assert.equal(await server('other').agreement({ path: '/k', fingerprint: 'known', isStrange: true }), 'nobody');
    await places.offer([definition('changed')]);
    assert.equal(await server().review(review, never), undefined);
    assert.equal((await server('changed').review(review, never))?.applied, true);
    places.dispose();
    assert.equal(await server('changed').review(review, never), undefined);
    assert.deepEqual(await readdir(join(root, 'editors')), []);
  });

  it('ends the review of a server whose settings have changed: nobody agreed', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const { places } = window('a', () => {
      resolve();
      return new Promise(() => {});
    });
    await places.offer([definition()]);
    const verdict = server().review(review, never);
    await asked;
    await places.offer([definition('changed')]);
    assert.equal((await verdict)?.applied, false);
  });

  it('is the window that was used last, and after its end the other', async () => {
    const [first, second] = [window('first'), window('second')];
    const answer = async () => (await server().review(review, never))?.reason;
    const use = async ({ places }: typeof first) => {
      // Time passes between two uses, more than file systems tell apart.
      for (const name of await readdir(folder())) await utimes(join(folder(), name), 1_000_000, 1_000_000);
      await places.renew();
    };
    await first.places.offer([definition()]);
    await second.places.offer([definition()]);
    assert.equal((await readdir(folder())).length, 2);
    await use(first);
    assert.equal(await answer(), 'first');
    await use(second);
    assert.equal(await answer(), 'second');
    second.places.dispose();
    assert.equal(await answer(), 'first');
  });

  it('is passed over when its window crashed, and swept away by the next window', async () => {
    const [crashed, alive] = [window('crashed'), window('alive')];
    await alive.places.offer([definition()]);
    await crashed.places.offer([definition()]);
    crashed.channel.dispose();
    assert.equal((await server().review(review, never))?.reason, 'alive');
    assert.equal((await readdir(folder())).length, 2);
    await window('next').places.offer([definition('next')]);
    assert.equal((await readdir(folder())).length, 1);
  });

  it('is not told what the agent sees, and asked for no login', async () => {
    const { places, told } = window('a');
    await places.offer([definition()]);
    server().announce();
    assert.equal(await server().login(), undefined);
    assert.equal((await server().review(review, never))?.applied, true);
    assert.deepEqual(told, []);
  });

  it('is not whoever answers at its address: a proof is asked for', async () => {
    const home = await mkdtemp(join(root, 'fake-'));
    await mkdir(folder(), { recursive: true, mode: 0o700 });
    const isWindows = process.platform === 'win32';
    const path = isWindows ? `\\\\.\\pipe\\${basename(home)}` : join(home, 'editor');
    let welcome: (nonce: string) => unknown = () => null;
    let heard: unknown;
    let reviews = 0;
    const fake = createServer((socket) => {
      const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
      connection.onRequest(HELLO, (hello: { nonce: string }) => {
        heard = hello;
        return welcome(hello.nonce);
      });
      connection.onRequest(REVIEW, () => {
        reviews += 1;
        return { applied: true };
      });
      socket.on('error', () => {});
      connection.onError(() => {});
      connection.listen();
    }).listen(path);
    ends.push(() => fake.close());
    await once(fake, 'listening');
    if (!isWindows) await chmod(path, 0o600);
    const token = 'the-token-that-only-the-editor-knows';
    await writeFile(join(folder(), 'a'.repeat(32)), JSON.stringify({ socket: path, token }), { mode: 0o600 });
    for (const answer of [
      () => null,
      () => ({ token }),
      () => ({ token, proof: '' }),
      (nonce: string) => ({ token, proof: nonce }),
      () => ({ token, proof: (heard as { proof: string }).proof }),
      (nonce: string) => ({ token, proof: proofOf('editor', 'another token', nonce) }),
    ]) {
      welcome = answer;
      assert.equal(await server().review(review, never), undefined);
      assert.doesNotMatch(JSON.stringify(heard), /the-token/);
    }
    assert.equal(reviews, 0);
    welcome = (nonce) => ({ token, proof: proofOf('editor', token, nonce) });
    assert.equal((await server().review(review, never))?.applied, true);
  });
});
