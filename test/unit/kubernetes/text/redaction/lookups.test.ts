import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** How programs and templates look a credential up; `N` stands for its name, `V` for what is taken where there is none. */
const LOOKUPS = [
  'os.getenv("N", "V")',
  "os.environ.get('N', 'V')",
  'os.environ["N"] or "V"',
  "config('N', default='V')",
  'env.str("N", default="V")',
  "env('N', 'V')",
  'process.env.N || "V"',
  "process.env.N ?? 'V'",
  "process.env['N'] || `V`",
  "ENV['N'] || 'V'",
  "ENV.fetch('N', 'V')",
  'ENV.fetch("N") { "V" }',
  'System.getenv("N") ?: "V"',
  'System.getProperty("N", "V")',
  "getenv('N') ?: 'V'",
  'viper.GetString("N") || "V"',
  'os.getenv(\n    "N",\n    "V",\n)',
  '{{ .Values.N | default "V" }}',
  '{{ .Values.N | default "V" | quote }}',
  '{{ index .Values "db" "N" | default "V" }}',
  "{{ lookup('env', 'N') | default('V', true) }}",
  '{{ "V" | b64enc }}',
  '{{ getenv "N" "V" }}',
  '{{ env.get("N") or "V" }}',
  '{{ env("N", "V") }}',
  "{{ lookup('env', 'N') or 'V' }}",
  '{{ include "app.N" (dict "default" "V" "context" $) }}',
  '{{ index (list "V") 0 }}',
  '{{ tpl "V" . }}',
  '{{ with "V" }}',
  '{{ if index .Values "db" "N" | default "V" }}',
  '<%= ENV["N"] || "V" %>',
  '<%= ENV.fetch("N") { "V" } %>',
];
const PLACES = [
  'password = L',
  'DB_PASSWORD = L # comment',
  '"PASSWORD": L, "HOST": "db"',
  'secret: L,\n  user: "bob"',
  'password: L',
  '$token = L;',
];

const written = (lookup: string, name: string, value: string) =>
  lookup.replaceAll(/\bN\b/g, () => name).replaceAll(/\bV\b/g, () => value);

describe('the value beside a lookup', () => {
  it('is hidden, and the name that is looked up is not', () => {
    const lookup = fc.constantFrom(...LOOKUPS);
    const name = fc.constantFrom('DB_PASSWORD', 'APP_SECRET_KEY', 'API_TOKEN');
    const value = fc.constantFrom('hunter2', 'correct horse', 'a|b', 'p@ss(w)rd', 'x');
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), lookup, name, value, (place, look, looked, secret) => {
        const text = place.replace('L', () => written(look, looked, secret));
        const shown = redactText(text);
        const hidden = place.replace('L', () => written(look, looked, '<redacted>'));
        assert.equal(shown, hidden, text);
        const escaped = JSON.stringify({ code: text });
        assert.equal(redactText(escaped), JSON.stringify({ code: hidden }), escaped);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is hidden between quotes, in objects, and where the lookup is assigned to another name', () => {
    for (const text of [
      'password: "{{ .Values.password | default "hunter2" }}"',
      'password: "{{ .Values.password | default \\"hunter2\\" }}"',
      'password: \'{{ .Values.password | default "hunter2" }}\'',
      'const x = process.env.DB_PASSWORD || "hunter2"',
      "x = config('SECRET_KEY', default='hunter2')",
      'password: {{ get (dict "password" "hunter2") "password" }}',
      "x = os.environ['DB_PASSWORD'] or 'hunter2'",
      'x: {{ .Values.password | default "hunter2" }}',
    ])
      assert.ok(!redactText(text).includes('hunter2'), redactText(text));
    const spec = { password: '{{ .Values.password | default "hunter2" }}', token: 'os.getenv("X", "hunter2")' };
    assert.ok(!JSON.stringify(redact({ kind: 'X', spec })).includes('hunter2'));
  });

  it('is hidden with a call that looks nothing up, and with what only begins like one', () => {
    for (const text of [
      'password = decrypt("hunter2")',
      'password = get("hunter2")',
      'password = f("a", \'hunter2\')',
      'password=get("DB_PASSWORD, hunter2',
      'password=abc("d)hunter2',
      'password: {{ .Values.password | default "hunter2 }}',
      'password: {{ if eq .x "a" }}hunter2{{ end }}',
    ])
      assert.ok(!redactText(text).includes('hunter2'), redactText(text));
  });

  it('is all that is hidden', () => {
    for (const text of [
      'password = os.getenv("DB_PASSWORD")',
      'password: {{ include "app.password" . | quote }}',
      'password: "{{ include \\"app.password\\" . }}"',
      'password: {{ required "a password is required" .Values.password }}',
      'password: {{ index .Values "postgresql" "auth" "password" }}',
      'checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}',
      'password: {{ (lookup "v1" "Secret" .Release.Namespace (printf "%s-db" .Release.Name)).data.password }}',
      'token := viper.GetString("auth.token")',
    ])
      assert.equal(redactText(text), text);
  });
});
