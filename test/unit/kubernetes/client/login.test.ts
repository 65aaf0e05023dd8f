import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Login, type LoginWait } from '../../../../src/kubernetes/client/login.ts';

describe('a login', () => {
  let login: Login;
  let told: LoginWait[];
  let now: number;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    now = 0;
    mock.method(performance, 'now', () => now);
    login = new Login('az');
    told = [];
    login.onWait((wait) => told.push(wait));
  });
  afterEach(() => {
    login.end();
    mock.timers.reset();
    mock.restoreAll();
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
    mock.timers.tick(milliseconds);
  };
  const URL = 'https://a.example/device';

  it('asks when the plugin has said all of its question, once', () => {
    login.hear('To sign in, open');
    pass(100);
    login.hear(`  ${URL}`);
    pass(100);
    login.hear('and enter the code: ABCD-EFGH');
    pass(200);
    assert.deepEqual(told, []);
    pass(200);
    assert.deepEqual(
      told.map(({ url, code }) => [url, code]),
      [[URL, 'ABCD-EFGH']],
    );
    login.hear('Waiting for authentication…');
    pass(5_000);
    assert.equal(told.length, 1);
  });

  it('asks a plugin’s question that goes on talking', () => {
    login.hear(`Open ${URL} in a browser`);
    for (let round = 0; round < 30; round += 1) {
      pass(50);
      login.hear('still waiting');
    }
    assert.equal(told.length, 1);
  });

  it('adds a code that comes later, and takes a new one', () => {
    login.hear(`Open ${URL} in a browser`);
    pass(500);
    login.hear('Enter the code: ABCD-EFGH');
    pass(500);
    login.hear('The code has expired. Enter the code: WXYZ-WXYZ');
    pass(500);
    assert.deepEqual(
      told.map(({ url, code }) => [url, code]),
      [
        [URL, undefined],
        [URL, 'ABCD-EFGH'],
        [URL, 'WXYZ-WXYZ'],
      ],
    );
  });

  it('takes words for a question only if the plugin does not go on by itself', () => {
    login.hear('Logging in to the cluster');
    pass(1_000);
    assert.deepEqual(told, []);
    pass(2_000);
    assert.deepEqual([...told], [{ text: 'Logging in to the cluster' }]);
    login.hear(`Open ${URL} in a browser`);
    pass(500);
    assert.deepEqual(
      told.map(({ url }) => url),
      [undefined, URL],
    );
  });

  it('keeps a question through megabytes of noise', () => {
    login.hear(`Open ${URL} and enter the code: ABCD-EFGH`);
    for (let line = 0; line < 20_000; line += 1) login.hear('noise and more noise');
    pass(2_000);
    assert.deepEqual(
      told.map(({ url, code }) => [url, code]),
      [[URL, 'ABCD-EFGH']],
    );
  });

  it('tells who listens late, and nobody once it is over', async () => {
    login.hear(`Open ${URL} in a browser`);
    pass(500);
    const late: LoginWait[] = [];
    login.onWait((wait) => late.push(wait));
    assert.equal(late.length, 1);
    login.end();
    await login.over;
    login.hear(`Open ${URL}/other in a browser`);
    pass(500);
    assert.equal(late.length, 1);
  });
});
