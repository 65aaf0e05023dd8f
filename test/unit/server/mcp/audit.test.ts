import assert from 'node:assert/strict';
import { toResult } from '../../../../src/server/core/response.ts';
import { audited } from '../../../../src/server/mcp/audit.ts';
import type { AuditEntry, ServerOptions } from '../../../../src/server/mcp/server-options.ts';
import { FAST_OR_TASK, modernCall } from './modern-calls.ts';

describe('what depends on the client', () => {
  for (const [how, longMs] of Object.entries(FAST_OR_TASK))
    it(`is known to the end of ${how}: its name in the audit log, and whether it shows links`, async () => {
      const left = Promise.withResolvers<void>();
      const over = Promise.withResolvers<unknown[]>();
      const entries: AuditEntry[] = [];
      const telemetry = { called: (entry: AuditEntry) => void entries.push(entry) };
      const answer = await modernCall(
        async ({ settled }) => {
          settled();
          if (longMs === 0) await left.promise;
          const finished = () => ({ tool: 'x', outcome: 'ok', seconds: 0 }) as const;
          await audited({ telemetry } as unknown as ServerOptions, finished);
          const shown = { context: 'c', resource: 'pods', apiVersion: 'v1', kind: 'Pod', name: 'web' };
          const { content } = toResult({ text: 'done', shown });
          over.resolve(content.map(({ type }) => type));
          return { content };
        },
        longMs,
        { client: 'Visual Studio Code' },
      );
      assert.equal(answer.resultType, longMs === 0 ? 'task' : 'complete');
      left.resolve();
      assert.deepEqual(await over.promise, ['text', 'resource_link']);
      assert.deepEqual(
        entries.map(({ caller }) => caller),
        ['Visual Studio Code'],
      );
    });
});
