import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Schema } from '../../../../src/kubernetes/apimachinery/schema.ts';
import { holdsFor, PathBudget, queryPath } from '../../../../src/kubernetes/text/json-path.ts';
import { parseCondition, parsePath } from '../../../../src/kubernetes/text/json-path-syntax.ts';
import {
  countedTexts,
  countOmitted,
  fieldsOfCondition,
  fieldsOfPath,
} from '../../../../src/kubernetes/text/path-fields.ts';

const integer: Schema = { type: 'integer' };
const boolean: Schema = { type: 'boolean' };
const security: Schema = {
  type: 'object',
  properties: { runAsUser: integer, privileged: boolean, allowPrivilegeEscalation: boolean },
};
const root: Schema = {
  type: 'object',
  properties: {
    metadata: { type: 'object', properties: { finalizers: { type: 'array', items: { type: 'string' } } } },
    spec: {
      type: 'object',
      properties: {
        replicas: integer,
        paused: boolean,
        minReadySeconds: integer,
        ttlSecondsAfterFinished: integer,
        automountServiceAccountToken: boolean,
        containers: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' }, tty: boolean, securityContext: security } },
        },
      },
    },
    status: {
      type: 'object',
      properties: { replicas: integer, readyReplicas: integer, phase: { type: 'string' }, averageUtilization: integer },
    },
  },
};

describe('fieldsOfCondition', () => {
  it('names the fields of paths, and of filters from the root on', () => {
    const names = (text: string) => fieldsOfCondition(parseCondition(text)).map((field) => field.names.join('.'));
    assert.deepEqual(names('.status.a<.spec.b && !.metadata.c'), ['status.a', 'spec.b', 'metadata.c']);
    assert.deepEqual(names('.spec.list[?(@.x.y=="1" || $.kind=="A")].z[*].w'), [
      'spec.list.x.y',
      'kind',
      'spec.list.z.w',
    ]);
    assert.deepEqual(names('..image'), ['']);
    assert.deepEqual(
      fieldsOfPath(parsePath('.spec.list[?(@.x)].z'), 'p').map((field) => field.names.join('.')),
      ['spec.list.x', 'spec.list.z'],
    );
  });
});

describe('countOmitted', () => {
  const judge = (text: string, object: object) => {
    const condition = parseCondition(text);
    const fields = fieldsOfCondition(condition);
    countOmitted(
      fields.filter(({ isCompared }) => isCompared),
      root,
      {},
    );
    const budget = new PathBudget();
    return { holds: holdsFor(object, condition, budget), notes: countedTexts(fields, budget.counted) };
  };
  const object = { metadata: {}, spec: { replicas: 1, containers: [{ name: 'a' }] }, status: { replicas: 1 } };
  const cases: [string, boolean][] = [
    ['.status.readyReplicas<.spec.replicas', true],
    ['.status.readyReplicas==0', true],
    ['.status.readyReplicas!=0', false],
    ['.status.readyReplicas<1', true],
    ['0 == .status.readyReplicas', true],
    ['@.status.readyReplicas<1', true],
    ['.status.readyReplicas', false],
    ['!.status.readyReplicas', true],
    ['.status.readyReplicas==null', true],
    ['.spec.paused==false', true],
    ['.spec.paused!=true', true],
    ['.spec.paused==true', false],
    ['.spec.minReadySeconds<5', true],
    // These mean something else where they are missing.
    ['.spec.ttlSecondsAfterFinished<1', false],
    ['.spec.automountServiceAccountToken==false', false],
    ['.status.averageUtilization<1', false],
    ['.spec.containers[*].securityContext.runAsUser==0', false],
    ['.spec.containers[*].securityContext.allowPrivilegeEscalation==false', false],
    ['.spec.containers[*].securityContext.privileged==false', true],
    ['.spec.containers[?(@.tty==false)].name=="a"', true],
    ['.metadata.finalizers.length==0', true],
    ['.metadata.finalizers.length>0', false],
    ['.status.phase<1', false],
  ];
  for (const [text, expected] of cases) it(text, () => assert.equal(judge(text, object).holds, expected));

  it('counts a whole status that is missing, but no list without members', () => {
    assert.equal(judge('.status.readyReplicas<1', {}).holds, true);
    assert.equal(judge('.spec.containers[*].tty==false', { spec: { containers: [] } }).holds, false);
  });

  it('says what it counted, once, and only if it did', () => {
    const text = '.status.readyReplicas<1 || .status.readyReplicas==.spec.replicas';
    assert.deepEqual(judge(text, object).notes, ['Where .status.readyReplicas is missing, it counts as 0.']);
    assert.deepEqual(judge(text, { spec: { replicas: 2 }, status: { readyReplicas: 1 } }).notes, []);
  });

  it('makes no difference between what is left out and what is 0', () => {
    const count = fc.nat(3);
    const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=', '=');
    const right = fc.oneof(count.map(String), fc.constant('.spec.replicas'));
    fc.assert(
      fc.property(count, count, operator, right, (ready, wanted, compares, other) => {
        const text = `.status.readyReplicas ${compares} ${other}`;
        const spelled = { spec: { replicas: wanted }, status: { readyReplicas: ready } };
        const omitted = ready === 0 ? { ...spelled, status: {} } : spelled;
        assert.equal(judge(text, omitted).holds, judge(text, spelled).holds);
      }),
    );
  });

  it('holds for paths, too', () => {
    const steps = parsePath('.status.readyReplicas');
    countOmitted(fieldsOfPath(steps, ''), root, {});
    assert.deepEqual(queryPath({ status: {} }, steps), [0]);
    assert.deepEqual(queryPath({ status: { readyReplicas: null } }, steps), [0]);
    assert.deepEqual(queryPath({ status: { readyReplicas: 2 } }, steps), [2]);
  });
});
