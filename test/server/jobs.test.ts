import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { findHelm } from '../cluster/binaries.ts';
import { tasks } from '../jobs/evaluation/index.ts';
import { CHART } from '../jobs/evaluation/task.ts';
import { jobs } from '../jobs/index.ts';
import { doJob, inPlace } from '../jobs/job.ts';
import { testCluster } from './environment.ts';
import { helmHome } from './helm.ts';
import { McpServer } from './mcp-process.ts';

describe('an agent does the job in few calls and bytes:', () => {
  let server: McpServer;
  before(async () => {
    const what = ['create', 'update', 'delete', 'exec', 'helm-install', 'helm-uninstall'];
    const { path } = await findHelm(console.error);
    const args = [...what.map((name) => `--enable-${name}`), `--helm=${path}`];
    const kubeconfig = (await testCluster()).kubeconfig('admin');
    server = await McpServer.start(kubeconfig, args, { HOME: helmHome() }, {}, dirname(CHART));
  });
  after(() => server.stop());

  for (const job of [...jobs, ...tasks]) {
    it(job.name, async () => {
      const call = (tool: string, args: Record<string, unknown>) => server.text(tool, args);
      const { calls, bytes } = await inPlace(job, await testCluster(), (place) => doJob(job, call, place));
      assert.ok(calls <= job.atMost.calls, `${calls} calls, ${job.atMost.calls} are allowed`);
      assert.ok(bytes <= job.atMost.bytes, `${bytes} bytes, ${job.atMost.bytes} are allowed`);
    });
  }
});
