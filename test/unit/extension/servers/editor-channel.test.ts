import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { helloWith, isProven, proofOf } from '../../../../src/editor-proof.ts';
import { EditorChannel } from '../../../../src/extension/servers/editor-channel.ts';
import {
  EDITOR_SOCKET_VARIABLE,
  EDITOR_TOKEN_VARIABLE,
  HELLO,
  KUBECONFIG,
  LOGIN,
  type LoginShown,
  RESOURCE_SHOWN,
  REVIEW,
  type ResourceShown,
  type Review,
  type Verdict,
  type Welcome,
} from '../../../../src/protocol.ts';

const web: ResourceShown = {
  context: 'c',
  resource: 'pods',
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'n',
  name: 'web',
};

describe('editor channel', () => {
  const channels: EditorChannel[] = [];
  const connections: MessageConnection[] = [];

  function open() {
    const shown: [string | undefined, ResourceShown][] = [];
    const reviews: { review: Review; signal: AbortSignal; resolve(verdict: Verdict): void }[] = [];
    const logins: { login: LoginShown }[] = [];
    let arrived = () => {};
    const channel = new EditorChannel({
      onShown: (...message) => {
        shown.push(message);
        arrived();
      },
      onKubeconfig: async ({ fingerprint }) => (fingerprint === 'known' ? 'agreed' : 'waiting'),
      onReview: (review, signal) =>
        new Promise((resolve) => {
          reviews.push({ review, signal, resolve });
          arrived();
        }),
      onLogin: (login, signal) =>
        new Promise((resolve) => {
          logins.push({ login });
          signal.addEventListener('abort', () => resolve(false));
          arrived();
        }),
      log: () => {},
    });
    channels.push(channel);
    const next = () =>
      new Promise<void>((resolve) => {
        arrived = resolve;
      });
    return { channel, shown, reviews, logins, next };
  }

  async function client(environment: Record<string, string>) {
    const socket = connect(environment[EDITOR_SOCKET_VARIABLE] ?? '');
    const closed = once(socket, 'close');
    socket.on('error', () => {});
    await once(socket, 'connect');
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    connection.onError(() => {});
    connection.listen();
    connections.push(connection);
    return { connection, closed, token: environment[EDITOR_TOKEN_VARIABLE] ?? '' };
  }

  afterEach(() => {
    for (const connection of connections.splice(0)) connection.dispose();
    for (const channel of channels.splice(0)) channel.dispose();
  });

  it('passes on what a server with the token says, with the target that the token stands for', async () => {
    const { channel, shown, next } = open();
    const [first, second] = [await channel.environment(undefined), await channel.environment('api')];
    assert.equal(first[EDITOR_SOCKET_VARIABLE], second[EDITOR_SOCKET_VARIABLE]);
    assert.notEqual(first[EDITOR_TOKEN_VARIABLE], second[EDITOR_TOKEN_VARIABLE]);
    const { connection, token } = await client(second);
    await connection.sendRequest(HELLO, helloWith(token));
    const arrival = next();
    await connection.sendNotification(RESOURCE_SHOWN, web);
    await arrival;
    assert.deepEqual(shown, [['api', web]]);
  });

  it('closes a connection with a wrong token', async () => {
    const { channel, shown } = open();
    const { token } = await client(await channel.environment(undefined));
    const right = helloWith(token);
    const wrong = [
      ...['', 'x', 'f'.repeat(64)].map(helloWith),
      ...[{}, { token }, { ...right, proof: undefined }, { ...right, nonce: 7 }, { ...right, nonce: 'another' }],
      // The editor's own proof, sent back.
      { ...right, proof: proofOf('editor', token, right.nonce) },
    ];
    for (const hello of wrong) {
      const { connection, closed } = await client(await channel.environment(undefined));
      connection.sendRequest(HELLO, hello).catch(() => {});
      await closed;
    }
    assert.deepEqual(shown, []);
  });

  it('proves to whoever greets it that it knows the token, too', async () => {
    const { channel } = open();
    const { connection, token } = await client(await channel.environment(undefined));
    const hello = helloWith(token);
    const { proof } = await connection.sendRequest<Welcome>(HELLO, hello);
    assert.ok(isProven('editor', token, { ...hello, proof }));
    assert.ok(!isProven('server', token, { ...hello, proof }));
  });

  it('takes the token of an environment once: whoever reads it later gets nothing for it', async () => {
    const { channel, shown } = open();
    const environment = await channel.environment('api');
    const server = await client(environment);
    const { token } = await server.connection.sendRequest<Welcome>(HELLO, helloWith(server.token));
    assert.notEqual(token, server.token);
    const thief = await client(environment);
    thief.connection.sendRequest(HELLO, helloWith(thief.token)).catch(() => {});
    await thief.closed;
    const again = await client(environment);
    assert.equal((await again.connection.sendRequest<Welcome>(HELLO, helloWith(token))).token, token);
    assert.deepEqual(shown, []);
  });

  it('closes a connection that says anything before hello', async () => {
    const { channel, shown } = open();
    const environment = await channel.environment(undefined);
    for (const say of [
      (connection: MessageConnection) => connection.sendNotification(RESOURCE_SHOWN, web),
      (connection: MessageConnection) => connection.sendNotification('other'),
      (connection: MessageConnection) => connection.sendRequest('other'),
    ]) {
      const { connection, closed } = await client(environment);
      Promise.resolve(say(connection)).catch(() => {});
      await closed;
    }
    assert.deepEqual(shown, []);
  });

  it('shows logins to a server with the token, of the right shape, until they are over', async () => {
    const { channel, logins, next } = open();
    const environment = await channel.environment(undefined);
    const login = { context: 'c', plugin: 'az', url: 'https://a.example/', code: 'ABCD-EFGH', text: 'open it' };
    const stranger = await client(environment);
    stranger.connection.sendRequest(LOGIN, login).catch(() => {});
    await stranger.closed;
    const { connection, token } = await client(environment);
    await connection.sendRequest(HELLO, helloWith(token));
    for (const wrong of [{}, { ...login, context: 7 }, { ...login, text: '' }, { ...login, url: {} }])
      await assert.rejects(connection.sendRequest(LOGIN, wrong), { code: -32602 });
    const arrival = next();
    const over = new CancellationTokenSource();
    const answer = connection.sendRequest(LOGIN, login, over.token);
    await arrival;
    assert.deepEqual(
      logins.map(({ login }) => login),
      [login],
    );
    over.cancel();
    assert.equal(await answer, false);
  });

  it('says that it cannot show logins, where nobody is there for them', async () => {
    const channel = new EditorChannel({
      onShown: () => {},
      onKubeconfig: async () => 'waiting',
      onReview: async () => ({ applied: false }),
      log: () => {},
    });
    channels.push(channel);
    const { connection, token } = await client(await channel.environment(undefined));
    await connection.sendRequest(HELLO, helloWith(token));
    const login = { context: 'c', plugin: 'az', text: 'open it' };
    await assert.rejects(connection.sendRequest(LOGIN, login), { code: -32601 });
  });

  it('ignores a message of another shape', async () => {
    const { channel, shown, next } = open();
    const { connection, token } = await client(await channel.environment(undefined));
    await connection.sendRequest(HELLO, helloWith(token));
    const arrival = next();
    for (const message of [{ ...web, name: 7 }, { ...web, context: '' }, {}, web])
      await connection.sendNotification(RESOURCE_SHOWN, message);
    await arrival;
    assert.deepEqual(shown, [[undefined, web]]);
  });

  it('says whether the user agreed to a kubeconfig, to a server with the token only', async () => {
    const { channel } = open();
    const { connection, token } = await client(await channel.environment(undefined));
    await connection.sendRequest(HELLO, helloWith(token));
    const ask = (fingerprint: unknown) =>
      connection.sendRequest(KUBECONFIG, { path: '/w/kubeconfig', fingerprint, isStrange: true });
    assert.equal(await ask('known'), 'agreed');
    assert.equal(await ask('other'), 'waiting');
    await assert.rejects(ask(7), /not a kubeconfig/);
    const stranger = await client(await channel.environment(undefined));
    stranger.connection
      .sendRequest(KUBECONFIG, { path: '/w/kubeconfig', fingerprint: 'known', isStrange: true })
      .catch(() => {});
    await stranger.closed;
  });

  describe('review', () => {
    const review: Review = {
      changes: [
        {
          access: 'update',
          context: 'c',
          kind: 'Pod',
          namespace: 'n',
          name: 'web',
          dangers: [],
          before: 'a',
          after: 'b',
        },
      ],
    };

    it('brings the verdict back', async () => {
      const { channel, reviews, next } = open();
      const { connection, token } = await client(await channel.environment(undefined));
      await connection.sendRequest(HELLO, helloWith(token));
      const arrival = next();
      const answer = connection.sendRequest(REVIEW, review);
      await arrival;
      assert.deepEqual(reviews[0]?.review, review);
      reviews[0]?.resolve({ applied: false, reason: 'no' });
      assert.deepEqual(await answer, { applied: false, reason: 'no' });
    });

    it('is called off when the server takes it back', async () => {
      const { channel, reviews, next } = open();
      const { connection, token } = await client(await channel.environment(undefined));
      await connection.sendRequest(HELLO, helloWith(token));
      const cancellation = new CancellationTokenSource();
      const arrival = next();
      const answer = connection.sendRequest(REVIEW, review, cancellation.token);
      await arrival;
      const signal = reviews[0]?.signal as AbortSignal;
      assert.equal(signal.aborted, false);
      cancellation.cancel();
      await once(signal, 'abort');
      reviews[0]?.resolve({ applied: false });
      assert.deepEqual(await answer, { applied: false });
    });

    it('is called off when the server is gone', async () => {
      const { channel, reviews, next } = open();
      const { connection, closed, token } = await client(await channel.environment(undefined));
      await connection.sendRequest(HELLO, helloWith(token));
      const arrival = next();
      connection.sendRequest(REVIEW, review).catch(() => {});
      await arrival;
      const signal = reviews[0]?.signal as AbortSignal;
      const aborted = once(signal, 'abort');
      connection.end();
      await Promise.all([closed, aborted]);
    });

    it('is never shown to one without the token, or in another shape', async () => {
      const { channel, reviews } = open();
      const stranger = await client(await channel.environment(undefined));
      stranger.connection.sendRequest(REVIEW, review).catch(() => {});
      await stranger.closed;
      const { connection, token } = await client(await channel.environment(undefined));
      await connection.sendRequest(HELLO, helloWith(token));
      for (const wrong of [{}, { changes: [] }, { changes: [{ ...review.changes[0], access: 'read' }] }])
        await assert.rejects(connection.sendRequest(REVIEW, wrong), /not a review/);
      assert.deepEqual(reviews, []);
    });
  });

  it('outlives a server that vanishes', async () => {
    const { channel, next } = open();
    const environment = await channel.environment(undefined);
    const first = await client(environment);
    const { token } = await first.connection.sendRequest<Welcome>(HELLO, helloWith(first.token));
    first.connection.end();
    await first.closed;
    const { connection } = await client(environment);
    await connection.sendRequest(HELLO, helloWith(token));
    const arrival = next();
    await connection.sendNotification(RESOURCE_SHOWN, web);
    await arrival;
  });

  if (process.platform !== 'win32') {
    it('is open to its owner only', async () => {
      const path = (await open().channel.environment(undefined))[EDITOR_SOCKET_VARIABLE] ?? '';
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
      assert.ok(path.length < 104);
    });

    it('listens anew when its socket was cleaned away', async () => {
      const { channel } = open();
      const before = (await channel.environment(undefined))[EDITOR_SOCKET_VARIABLE] ?? '';
      rmSync(dirname(before), { recursive: true });
      const { connection, token } = await client(await channel.environment(undefined));
      assert.match((await connection.sendRequest<Welcome>(HELLO, helloWith(token))).token, /^[0-9a-f]{64}$/);
    });

    it('removes its socket in the end', async () => {
      const { channel } = open();
      const path = (await channel.environment(undefined))[EDITOR_SOCKET_VARIABLE] ?? '';
      channel.dispose();
      // Removed in a later microtask.
      await Promise.resolve();
      await Promise.resolve();
      assert.equal(existsSync(dirname(path)), false);
    });
  }
});
