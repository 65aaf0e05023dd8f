import assert from 'node:assert/strict';
import { GroupCount } from '../../../../../src/server/tools/parts/group-by.ts';

const pod = (node: string, ...images: string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x' },
  spec: { nodeName: node, containers: images.map((image) => ({ image })) },
});

function counted(paths: string[], ...objects: object[]) {
  const count = new GroupCount(paths);
  for (const object of objects) count.add(object as Parameters<GroupCount['add']>[0]);
  return { count, groups: count.groups().map(({ count: size, values }) => [size, ...values]) };
}

describe('GroupCount', () => {
  it('counts an object once for each value, the largest group first', () => {
    const { groups } = counted(['.spec.containers[*].image'], pod('a', 'x', 'x', 'y'), pod('a', 'x'), pod('b'));
    assert.deepEqual(groups, [
      [2, 'x'],
      [1, '-'],
      [1, 'y'],
    ]);
  });

  it('crosses several paths', () => {
    const { groups } = counted(['.spec.nodeName', '.spec.containers[*].image'], pod('a', 'x', 'y'), pod('b', 'x'));
    assert.deepEqual(groups, [
      [1, 'a', 'x'],
      [1, 'a', 'y'],
      [1, 'b', 'x'],
    ]);
  });

  it('leaves out what a filter does not find', () => {
    const { count, groups } = counted(
      ['.spec.nodeName', '.spec.containers[?(@.image=="y")].image'],
      pod('a', 'x', 'y'),
      pod('b', 'x'),
    );
    assert.deepEqual(groups, [[1, 'a', 'y']]);
    assert.deepEqual([count.read, count.counted], [2, 1]);
  });

  it('does not tell what a Secret holds', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: 'aHVudGVyMg==' } };
    const [group] = counted(['.data.password'], secret).groups;
    assert.match(String(group), /^1,<redacted #[0-9a-f]{4}>$/);
  });
});
