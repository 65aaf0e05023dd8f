{{- define "mcp-k8s.selector" -}}
app.kubernetes.io/name: mcp-k8s
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "mcp-k8s.metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "mcp-k8s.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- /* For cluster-scoped objects, whose names must not collide with those of another release. */}}
{{- define "mcp-k8s.clusterName" -}}
{{ if eq .Release.Name .Release.Namespace }}{{ .Release.Name }}{{ else }}{{ .Release.Namespace }}:{{ .Release.Name }}{{ end }}
{{- end }}

{{- define "mcp-k8s.clusterMetadata" -}}
labels:
  {{- include "mcp-k8s.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "mcp-k8s.account" -}}
- kind: ServiceAccount
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- /* Not empty if clients have sessions. */}}
{{- define "mcp-k8s.sessions" -}}
{{ if or .Values.sse (not .Values.stateless) }}yes{{ end }}
{{- end }}
