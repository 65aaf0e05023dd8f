import assert from 'node:assert/strict';
import {
  fieldProblemsOf,
  objectsOf,
  TextError,
  warningsIn,
} from '../../../../src/extension/documents/text-problems.ts';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { parsePath, pathText } from '../../../../src/kubernetes/apimachinery/field-path.ts';

const TWO = `# a comment
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  labels:
    app.kubernetes.io/name: demo
data:
  nginx.conf: |
    server {}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: b }
spec:
  template:
    spec:
      containers:
      - name: web
        image: nginx
      - image: busybox
        name: side
        ports:
        - containerPort: 80
`;

const at = async (text: string, index: number, path: string) => {
  const { start, end } = (await objectsOf(text))[index]?.spanOf(parsePath(path)) ?? { start: 0, end: 0 };
  return text.slice(start, end);
};

describe('places in a YAML text', () => {
  const places: [number, string, string][] = [
    [0, 'metadata.name', 'name: a'],
    [0, 'metadata.labels.app.kubernetes.io/name', 'app.kubernetes.io/name: demo'],
    [0, 'data.nginx.conf', 'nginx.conf'],
    [0, 'data', 'data'],
    [1, 'metadata.name', 'name: b'],
    [1, 'spec.template.spec.containers[1].image', 'image: busybox'],
    [1, 'spec.template.spec.containers[name="side"].image', 'image: busybox'],
    [
      1,
      'spec.template.spec.containers[name="side"].ports[containerPort=80,protocol="TCP"].hostPort',
      'containerPort: 80',
    ],
    [1, 'spec.template.spec.containers[name="absent"].image', 'containers'],
    [1, 'status.nothing', 'apiVersion: apps/v1'],
  ];
  for (const [index, path, expected] of places) {
    it(`finds ${path} of object ${index}`, async () => assert.equal(await at(TWO, index, path), expected));
  }

  it('looks inside of lists', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${TWO.split('---\n')[0]
      ?.replace(/^#.*\n/, '')
      .trimEnd()
      .replaceAll('\n', '\n  ')}\n`;
    assert.equal(await at(list, 0, 'metadata.name'), 'name: a');
  });

  it('finds what is no YAML, and what is no object', async () => {
    for (const [text, start] of [
      [`${TWO}---\na: [1\n`, TWO.length + 4],
      [`${TWO}---\njust words\n`, TWO.length + 4],
    ] as const) {
      await assert.rejects(
        objectsOf(text),
        (error: unknown) => error instanceof TextError && (error.problems[0]?.span.start ?? 0) >= start,
      );
    }
  });
});

describe('problems of fields', () => {
  const messages: [string, string[]][] = [
    [
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", unknown field "spec.template.spec.containers[0].imagee"',
      ['spec.foo', 'spec.template.spec.containers[0].imagee'],
    ],
    [
      '… json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      ['spec.replicas'],
    ],
    ['failed to create typed patch object (a/b; apps/v1): .spec.foo: field not declared in schema', ['spec.foo']],
    ['something else', []],
  ];
  for (const [message, paths] of messages) {
    it(`are read from: ${message.slice(0, 60)}`, () =>
      assert.deepEqual(
        fieldProblemsOf(new ApiError(400, 'BadRequest', message)).map(({ path }) => pathText(path)),
        paths,
      ));
  }

  it('are those that the API server names', () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: -1', field: 'spec.replicas' }];
    const [problem] = fieldProblemsOf(new ApiError(422, 'Invalid', 'is invalid', causes));
    assert.deepEqual(problem, { path: ['spec', 'replicas'], message: 'Invalid value: -1' });
  });
});

describe('what is written in a text', () => {
  it('is pointed at where it holds another type than it must', async () => {
    const text = `${TWO}---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: 2024\n`;
    await assert.rejects(objectsOf(text), (error: unknown) => {
      assert.ok(error instanceof TextError);
      const [{ span, message } = { span: { start: 0, end: 0 }, message: '' }] = error.problems;
      assert.equal(text.slice(span.start, span.end), 'name: 2024');
      assert.match(message, /metadata\.name must be a string/);
      return true;
    });
  });

  it('is warned of where Kubernetes reads something else', () => {
    const text = 'kind: Pod\r\nspec:\r\n  hostNetwork: on\r\n  mode: 0400\r\n';
    assert.deepEqual(
      warningsIn(text).map(({ span, message }) => [text.slice(span.start, span.end), message]),
      [
        ['on', 'Kubernetes reads on as true, which other tools do not. Write true, or put it in quotes if it is text.'],
        [
          '0400',
          'Kubernetes reads 0400 as 256, which other tools do not. Write 256, or put it in quotes if it is text.',
        ],
      ],
    );
  });
});
