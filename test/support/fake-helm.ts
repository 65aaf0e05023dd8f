import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As much of helm as reviews need: it writes at the same time, and makes a password up with each rendering. */
const [command = '', name = ''] = process.argv.slice(2);
const destination = process.argv.find((one) => one.startsWith('--destination='))?.split('=')[1];
const objects = '/api/v1/namespaces/shop/configmaps';
const records = '/api/v1/namespaces/shop/secrets';

async function send(method: string, path: string, body?: object, type = 'application/json'): Promise<void> {
  const [, server = ''] = /server: (\S+)/.exec(await readFile(process.env.KUBECONFIG ?? '', 'utf8')) ?? [];
  const headers = body ? { 'content-type': type } : {};
  const answer = await fetch(server + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${await answer.text()}`);
  await answer.text();
}

function record(revision: number): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: `sh.helm.release.v1.${name}.v${revision}` } };
}

function patch(data: object): Promise<void> {
  return send('PATCH', `${objects}/chart`, { data }, 'application/merge-patch+json');
}

const map = (own: string) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: own } },
  data: { password: randomUUID() },
});

switch (command) {
  case 'package':
  case 'pull':
    await writeFile(join(destination ?? '.', 'web-1.0.0.tgz'), '');
    break;
  case 'repo':
    if (name === 'list') process.stdout.write('[{"name":"known","url":"https://charts.test"}]');
    break;
  case 'install': {
    await send('POST', records, record(1));
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: { template: {} } };
    const made = [
      () => send('POST', objects, map('one')),
      () => send('POST', objects, map('two')),
      () => send('POST', '/apis/batch/v1/namespaces/shop/jobs', job),
    ];
    await Promise.all((Math.random() < 0.5 ? made : made.reverse()).map((make) => make()));
    break;
  }
  case 'upgrade':
    await send('POST', records, record(3));
    await patch({ password: randomUUID() });
    break;
  case 'rollback':
    await send('POST', records, record(3));
    await patch({ text: 'old' });
    break;
  case 'uninstall':
    await send('PUT', `${records}/sh.helm.release.v1.${name}.v2`, record(2));
    await send('DELETE', `${objects}/chart`);
    await send('DELETE', `${records}/sh.helm.release.v1.${name}.v2`);
    break;
}
