import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cellOrder } from '../../../../src/webviews/apps/cell-order.ts';

describe('the order of cells', () => {
  const sorted = (column: string, ...cells: string[]) => [...cells].sort(cellOrder(column));

  it('is that of what they say', () => {
    assert.deepEqual(sorted('MEMORY', '1.4Gi', '700Mi', '2Gi', '-'), ['700Mi', '1.4Gi', '2Gi', '-']);
    assert.deepEqual(sorted('CPU', '2', '250m', '1'), ['250m', '1', '2']);
    assert.deepEqual(sorted('CPU OF REQUEST', '100% of 1', '9% of 500m', '68% of 2'), [
      '9% of 500m',
      '68% of 2',
      '100% of 1',
    ]);
    assert.deepEqual(sorted('AGE', '5d3h', '90s', '40m', '8h'), ['90s', '40m', '8h', '5d3h']);
    assert.deepEqual(sorted('LAST SEEN', '2d ago', '5m ago'), ['5m ago', '2d ago']);
    assert.deepEqual(sorted('READY', '10/10', '2/2', '0/1'), ['0/1', '2/2', '10/10']);
    assert.deepEqual(sorted('RESTARTS', '12', '6 (3m ago)', '0'), ['0', '6 (3m ago)', '12']);
    assert.deepEqual(sorted('NAME', 'web-10', 'web-9', 'api'), ['api', 'web-9', 'web-10']);
  });

  it('is an order, whatever they hold', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('5m', '1Gi', '-', '1e400', '0/1', '3d', '.', '5%'));
    fc.assert(
      fc.property(fc.constantFrom('AGE', 'CPU'), cell, cell, cell, (column, a, b, c) => {
        const order = cellOrder(column);
        assert.equal(Math.sign(order(a, b)) + Math.sign(order(b, a)), 0);
        if (order(a, b) <= 0 && order(b, c) <= 0) assert.ok(order(a, c) <= 0);
      }),
    );
  });
});
