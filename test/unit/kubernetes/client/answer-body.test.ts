import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { mock } from 'node:test';
import { createGzip } from 'node:zlib';
import { unpacked, untilSilent } from '../../../../src/kubernetes/client/answer-body.ts';

describe('an answer without pings', () => {
  before(() => mock.timers.enable({ apis: ['setTimeout'] }));
  after(() => mock.timers.reset());

  for (const coding of ['identity', 'gzip'])
    it(`is given up once it was silent for long: ${coding}`, async () => {
      const body = new PassThrough();
      const source = coding === 'gzip' ? createGzip() : new PassThrough();
      source.pipe(body);
      source.write('line\n');
      if ('flush' in source) source.flush();
      const answer = { statusCode: 200, headers: { 'content-encoding': coding }, body };
      const pieces = untilSilent(unpacked(answer), body);
      assert.equal(String((await pieces.next()).value), 'line\n');
      const rest = text(pieces);
      mock.timers.tick(44_000);
      assert.ok(!body.destroyed);
      mock.timers.tick(2_000);
      assert.ok(body.destroyed);
      await assert.rejects(rest, /the connection was lost/);
    });
});
