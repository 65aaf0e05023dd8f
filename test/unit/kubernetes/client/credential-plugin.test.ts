import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { setInterval } from 'node:timers/promises';
import { runCredentialPlugin } from '../../../../src/kubernetes/client/credential-plugin.ts';
import { type ExecConfig, execConfigOf } from '../../../../src/kubernetes/client/exec-config.ts';
import { pinsOf } from '../../../../src/kubernetes/client/pins.ts';
import { isAlive } from '../../../support/alive.ts';

const VERSION = 'client.authentication.k8s.io/v1';

describe('a credential plugin', () => {
  // Each run starts a process, which is slow on a busy machine.
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plugin-'));
  });
  after(() => rm(folder, { recursive: true }));

  const own = { places: [], pins: undefined };
  const node = (script: string, changes: object = {}): ExecConfig => {
    const exec = execConfigOf({
      exec: { apiVersion: VERSION, command: process.execPath, args: ['-e', script], ...changes },
    });
    assert.ok(exec);
    return exec;
  };
  const credential = (status: unknown, apiVersion = VERSION) =>
    `console.log(${JSON.stringify(JSON.stringify({ apiVersion, kind: 'ExecCredential', status }))});`;
  const run = (exec: ExecConfig, cluster = {}) => runCredentialPlugin(exec, { cluster, confinement: own });

  it('gives a token, with arguments as they stand and nobody to answer it', async () => {
    const args = ['a b', '$(touch x)', '"', ''];
    const checks = `const assert = require('node:assert');
      assert.deepEqual(process.argv.slice(1), ${JSON.stringify(args)});
      assert.equal(require('node:fs').readFileSync(0, 'utf8'), '');`;
    const exec = node('', { args: ['-e', `${checks}${credential({ token: 't' })}`, '--', ...args] });
    assert.equal((await run(exec)).token, 't');
  });

  it('has its own environment, the cluster if it wants it, and nothing that is about this process', async () => {
    const file = join(folder, 'environment');
    process.env.ELECTRON_RUN_AS_NODE = '1';
    process.env.NODE_COMPILE_CACHE = folder;
    try {
      const script = `require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env));`;
      const changes = { provideClusterInfo: true, env: [{ name: 'OWN', value: 'yes' }] };
      await run(node(script + credential({ token: 't' }), changes), {
        server: 'https://a',
        'certificate-authority-data': 'Q0E=',
      });
    } finally {
      delete process.env.ELECTRON_RUN_AS_NODE;
      delete process.env.NODE_COMPILE_CACHE;
    }
    const env = JSON.parse(await readFile(file, 'utf8'));
    assert.deepEqual([env.OWN, env.ELECTRON_RUN_AS_NODE, env.NODE_COMPILE_CACHE], ['yes', undefined, undefined]);
    assert.deepEqual(JSON.parse(env.KUBERNETES_EXEC_INFO), {
      apiVersion: VERSION,
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://a', 'certificate-authority-data': 'Q0E=' } },
    });
  });

  it('says what it said when it fails, redacted, and tells it line by line meanwhile', async () => {
    const lines: string[] = [];
    const exec = node(`console.error('Visit https://login.example\\npassword=hunter2hunter2'); process.exit(1)`);
    const failing = runCredentialPlugin(exec, { cluster: {}, confinement: own, onLine: (line) => lines.push(line) });
    await assert.rejects(failing, (error: Error) => {
      assert.match(error.message, /failed: Visit https:\/\/login\.example/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
    assert.deepEqual(lines, ['Visit https://login.example', 'password=hunter2hunter2']);
  });

  it('is refused what it prints unless that is a credential, which is never quoted', async () => {
    const answers: [string, RegExp][] = [
      [`console.log('tok-abcdef')`, /did not print an ExecCredential/],
      [`console.log('{}')`, /did not print an ExecCredential/],
      [credential({ token: 't' }, 'client.authentication.k8s.io/v1beta1'), /configured to use API version/],
      [credential(undefined), /did not return a status/],
      [credential({}), /neither a token nor a certificate/],
      [credential({ clientKeyData: 'x' }), /not both/],
      [`process.stdout.write('x'.repeat(3 << 20))`, /printed too much/],
    ];
    for (const [script, expected] of answers)
      await assert.rejects(run(node(script)), (error: Error) => {
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /tok-abcdef/);
        return true;
      });
  });

  it('is ended at its deadline, with what it said until then', async () => {
    const file = join(folder, 'pid');
    const script = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); console.error('Waiting for you'); setInterval(() => {}, 1000)`;
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const said = Promise.withResolvers<string>();
      const running = runCredentialPlugin(node(script), { cluster: {}, confinement: own, onLine: said.resolve });
      const ended = assert.rejects(running, /did not answer within 60 s and was ended: Waiting for you/);
      await said.promise;
      mock.timers.tick(60_000);
      await ended;
      const pid = Number(await readFile(file, 'utf8'));
      // The system takes a moment to clean up a killed process.
      for await (const _ of setInterval(10)) if (!isAlive(pid)) break;
    } finally {
      mock.timers.reset();
    }
  });

  it('has the time that a person needs once it has asked one, and an end all the same', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const said = Promise.withResolvers<string>();
      const script = `console.error('Enter the code'); setInterval(() => {}, 1000)`;
      let over = false;
      const running = runCredentialPlugin(node(script), {
        cluster: {},
        confinement: own,
        onLine: said.resolve,
        isAsking: () => true,
      }).finally(() => {
        over = true;
      });
      const ended = assert.rejects(running, /did not answer within 15 minutes and was ended: Enter the code/);
      await said.promise;
      mock.timers.tick(60_000);
      mock.timers.tick(13 * 60_000);
      await new Promise(setImmediate);
      assert.equal(over, false);
      mock.timers.tick(60_000);
      await ended;
    } finally {
      mock.timers.reset();
    }
  });

  it('ends when it is called off, for the reason that is given', async () => {
    const cancel = new AbortController();
    const script = `console.error('Enter the code'); setInterval(() => {}, 1000)`;
    const options = { cluster: {}, confinement: own, signal: cancel.signal };
    const running = runCredentialPlugin(node(script), {
      ...options,
      onLine: () => cancel.abort(new Error('called off')),
    });
    await assert.rejects(running, /^Error: called off$/);
    await assert.rejects(runCredentialPlugin(node(script), options), /called off/);
  });

  it('may say on stdout what it asks; a question without a line end is heard after a moment', async () => {
    const lines: string[] = [];
    const script = `process.stdout.write('Open https://a.example\\n'); process.stderr.write('Enter the code: ');
      setTimeout(() => { ${credential({ token: 't' })} }, 1_000);`;
    const { token } = await runCredentialPlugin(node(script), {
      cluster: {},
      confinement: own,
      onLine: (line) => lines.push(line),
    });
    assert.equal(token, 't');
    assert.deepEqual(lines.sort(), ['Enter the code: ', 'Open https://a.example']);
  });

  it('gives a credential that ends when it says, or when its certificate does', async () => {
    const ends = '2030-01-01T00:00:00Z';
    const statuses: [object, number][] = [
      [{ token: 't' }, Number.POSITIVE_INFINITY],
      [{ token: 't', expirationTimestamp: ends }, Date.parse(ends)],
      [{ token: 't', expirationTimestamp: 'soon' }, Number.POSITIVE_INFINITY],
      [{ clientCertificateData: 'no certificate', clientKeyData: 'k', expirationTimestamp: ends }, Date.parse(ends)],
    ];
    for (const [status, expires] of statuses) assert.equal((await run(node(credential(status)))).expires, expires);
  });

  it('is not run when it wants to ask, or is not there', async () => {
    await assert.rejects(run(node('', { interactiveMode: 'Always' })), /standard input is not a terminal/);
    const absent = node('', { command: 'not-there-at-all', installHint: 'Get it from example.com.' });
    await assert.rejects(run(absent), /is not installed\. Get it from example\.com\./);
  });

  if (process.platform === 'win32') return;

  describe('of a workspace', () => {
    const pinned = async (exec: ExecConfig) => {
      const confinement = { places: [folder], pins: await pinsOf(exec, [folder]) };
      return () => runCredentialPlugin(exec, { cluster: {}, confinement });
    };
    async function program(name: string, text: string): Promise<string> {
      const path = join(folder, name);
      await writeFile(path, text);
      await chmod(path, 0o755);
      return path;
    }
    const printing = `echo '${JSON.stringify({ apiVersion: VERSION, kind: 'ExecCredential', status: { token: 't' } })}'`;

    it('runs as it was pinned only, with every file that it names', async () => {
      const script = await program('script.sh', `#!/bin/sh\n${printing}\n`);
      const library = await program('library.sh', 'true\n');
      const interpreter = await program('interpreter', `#!/bin/sh\nexec /bin/sh "$@"\n`);
      const interpreted = await program('interpreted', `#!${interpreter}\n${printing}\n`);
      const ways: [object, string[]][] = [
        [{ command: script }, [script]],
        [{ command: 'sh', args: [script] }, [script]],
        [{ command: 'sh', args: ['-c', `. ${library}; ${printing}`] }, [library]],
        [{ command: script, env: [{ name: 'ENV', value: `x:${library}` }] }, [script, library]],
        [{ command: interpreted }, [interpreted, interpreter]],
      ];
      for (const [how, files] of ways) {
        const exec = node('', { args: [], ...how });
        const again = await pinned(exec);
        assert.equal((await again()).token, 't');
        for (const file of files) {
          const text = await readFile(file, 'utf8');
          await writeFile(file, `${text}\ntouch ${join(folder, 'ran')}\n`);
          await assert.rejects(again(), /not what the user agreed to/, `${JSON.stringify(how)}: ${file}`);
          await writeFile(file, text);
          assert.equal((await again()).token, 't');
        }
      }
      await assert.rejects(readFile(join(folder, 'ran')), /ENOENT/);
    });

    it('does not run what came later', async () => {
      const later = join(folder, 'later');
      const again = await pinned(node('', { command: later, args: [] }));
      await assert.rejects(again(), /is not installed/);
      await program('later', `#!/bin/sh\n${printing}\n`);
      await assert.rejects(again(), /not what the user agreed to/);
    });

    it('runs in a folder where nothing of the workspace lies', async () => {
      const file = join(folder, 'where');
      const again = await pinned(node('', { command: 'sh', args: ['-c', `pwd > ${file}.out; ${printing}`] }));
      await again();
      assert.equal((await readFile(`${file}.out`, 'utf8')).trim(), '/');
    });
  });
});
