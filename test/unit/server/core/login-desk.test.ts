import assert from 'node:assert/strict';
import { Login } from '../../../../src/kubernetes/client/login.ts';
import { Call } from '../../../../src/server/core/call.ts';
import { LoginDesk, type LoginDeskOptions } from '../../../../src/server/core/login-desk.ts';

/** How a call waits for a login when its answer has left before. */
function waiting(options: Partial<LoginDeskOptions>): { login: Login; left: Promise<never> } {
  const desk = new LoginDesk({ editor: undefined, isUsersOwn: true, log: () => undefined, ...options });
  const login = new Login('sign-in');
  let left: Promise<never> | undefined;
  const call = new Call('tools/call', {});
  call.client = { name: 'modern', showsForms: true, showsLinks: false };
  call.run(() => {
    left = desk.onLogin(login, 'shop') ?? undefined;
  });
  assert.ok(left);
  login.hear('Open https://sso.example/device and enter the code ABCD-EFGH');
  return { login, left };
}

describe('a login that a task waits for', () => {
  it('ends it with what the user has to do, since nothing else can tell', async () => {
    const { login, left } = waiting({});
    await assert.rejects(left, /https:\/\/sso\.example\/device.*call again once they have signed in/);
    login.end();
  });

  it('ends it without a word of how, where somebody else has to sign in', async () => {
    const { login, left } = waiting({ isUsersOwn: false });
    await assert.rejects(left, ({ message }) => /whoever runs this server/.test(message) && !/sso/.test(message));
    login.end();
  });

  it('lets it go on while the editor asks', async () => {
    const asked = Promise.withResolvers<void>();
    const editor = { login: () => new Promise<undefined>(() => asked.resolve()) };
    const { login, left } = waiting({ editor });
    await asked.promise;
    assert.equal(await Promise.race([left, new Promise((resolve) => setImmediate(resolve, 'waits'))]), 'waits');
    login.end();
  });
});
