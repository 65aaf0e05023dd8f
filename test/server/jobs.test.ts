import assert from 'node:assert/strict';
import { tasks } from '../jobs/evaluation/index.ts';
import { jobs } from '../jobs/index.ts';
import { doJob, inPlace } from '../jobs/job.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';

describe('an agent does the job in few calls and bytes:', () => {
  let server: McpServer;
  before(async () => {
    const switches = ['create', 'update', 'delete'].map((name) => `--enable-${name}`);
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), switches);
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
