import assert from 'node:assert/strict';
import { templateIn } from '../../../../src/kubernetes/text/templates.ts';

describe('a template', () => {
  const marks: [string, string][] = [
    ['name: {{ .Values.name }}', 'a Helm template'],
    ['a: b\n{{- if .Values.x }}\n', 'a Helm template'],
    ['{{ include "chart.labels" . | nindent 4 }}', 'a Helm template'],
    ['{% for host in hosts %}', 'a Jinja template'],
    ['name: {{ name | lower }}', 'a Jinja template'],
    ['name: <%= name %>', 'an ERB template'],
    ['name: {{name}}', 'a template'],
  ];
  for (const [text, kind] of marks) it(`is known by ${text.trim()}`, () => assert.equal(templateIn(text)?.kind, kind));

  it('is told by its first mark and line', () =>
    assert.deepEqual(templateIn('a: b\nname: {{ .Values.name }}-x\n'), {
      kind: 'a Helm template',
      mark: '{{ .Values.name }}',
      line: 2,
    }));

  it('is nothing else', () => assert.equal(templateIn('a: $(B)\nc: $D'), undefined));
});
