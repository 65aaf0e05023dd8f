{{- define "mcp-k8s.name" -}}
{{ .Values.fullnameOverride | default .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "mcp-k8s.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "mcp-k8s.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "mcp-k8s.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "mcp-k8s.metadata" -}}
name: {{ include "mcp-k8s.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "mcp-k8s.labels" . | nindent 2 }}
{{- end }}

{{- /* For cluster-scoped objects, whose names must not collide with those of another release. */}}
{{- define "mcp-k8s.clusterName" -}}
{{- $name := include "mcp-k8s.name" . -}}
{{ if eq $name .Release.Namespace }}{{ $name }}{{ else }}{{ .Release.Namespace }}:{{ $name }}{{ end }}
{{- end }}

{{- define "mcp-k8s.clusterMetadata" -}}
labels:
  {{- include "mcp-k8s.labels" . | nindent 2 }}
{{- end }}

{{- /* Annotations or labels of the values, which are strings: numbers and booleans as they are written; null is none. */}}
{{- define "mcp-k8s.strings" -}}
{{- $strings := dict }}
{{- range $name, $value := . }}
{{- if not (kindIs "invalid" $value) }}
{{- $strings = set $strings $name (kindIs "string" $value | ternary $value (toJson $value)) }}
{{- end }}
{{- end }}
{{- toYaml $strings }}
{{- end }}

{{- define "mcp-k8s.accountName" -}}
{{ .Values.serviceAccount.name | default (include "mcp-k8s.name" .) }}
{{- end }}

{{- define "mcp-k8s.account" -}}
- kind: ServiceAccount
  name: {{ include "mcp-k8s.accountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{- /* Not empty if clients have sessions. */}}
{{- define "mcp-k8s.sessions" -}}
{{ if or .Values.sse (not .Values.stateless) }}yes{{ end }}
{{- end }}

{{- /* Not empty if callers' own tokens reach the API server, so that the server needs no rights. */}}
{{- define "mcp-k8s.actsAsCaller" -}}
{{ if or (eq .Values.authentication.mode "pass-through") (and (eq .Values.authentication.mode "oidc") .Values.authentication.oidc.tokenExchange.audience) }}yes{{ end }}
{{- end }}

{{- /* The host names by which clients may reach the server. Flags count over config, so what that has is among them. */}}
{{- define "mcp-k8s.hosts" -}}
{{- $hosts := prepend (.Values.allowedHosts | default list) (printf "%s.%s" (include "mcp-k8s.name" .) .Release.Namespace) }}
{{- if .Values.ingress.enabled }}{{ $hosts = append $hosts .Values.ingress.host }}{{ end }}
{{- if .Values.httpRoute.enabled }}{{ $hosts = concat $hosts (.Values.httpRoute.hostnames | default list) }}{{ end }}
{{- with get (.Values.config | default dict) "allowed-host" }}{{ $hosts = concat $hosts (kindIs "slice" . | ternary . (list .)) }}{{ end }}
{{- toJson (uniq $hosts) }}
{{- end }}

{{- /* The options that the server is given, by name, each as it counts in the end. Without clusters, which only restrict. */}}
{{- define "mcp-k8s.options" -}}
{{- $options := dict }}
{{- range $switch, $on := .Values.enable }}{{ $options = set $options (printf "enable-%s" $switch) $on }}{{ end }}
{{- range $name, $value := omit (.Values.config | default dict) "clusters" }}{{ $options = set $options $name $value }}{{ end }}
{{- with .Values.prometheusUrl }}{{ $options = set $options "prometheus-url" . }}{{ end }}
{{- if eq .Values.authentication.mode "oidc" }}{{ $options = set $options "oidc-issuer-url" .Values.authentication.oidc.issuerUrl }}{{ end }}
{{- range .Values.extraArgs }}
{{- $options = set $options (regexReplaceAll `^--|=.*` . "") (regexReplaceAll `^[^=]*=?` . "" | default "true") }}
{{- end }}
{{- toJson $options }}
{{- end }}

{{- /*
Where the server connects to: the ports of API servers and of the URLs of Prometheus, an issuer, collectors and proxies, and
the namespaces of Services that these name, as a NetworkPolicy is about the ports of pods, not about those of their Service.
*/}}
{{- define "mcp-k8s.destinations" -}}
{{- $options := include "mcp-k8s.options" . | fromJson }}
{{- $urls := list (get $options "prometheus-url") (get $options "oidc-issuer-url") }}
{{- range .Values.extraEnv }}
{{- $value := .value | default "" | toString }}
{{- if regexMatch `^OTEL_EXPORTER_OTLP_(.+_)?ENDPOINT$` .name }}
{{- $urls = append $urls $value }}
{{- else if regexMatch `^(HTTPS?_PROXY|https?_proxy)$` .name }}
{{- /* A proxy is a URL without a scheme, too. */}}
{{- $urls = append $urls (ternary $value (printf "http://%s" $value) (contains "://" $value)) }}
{{- end }}
{{- end }}
{{- $ports := list 443 6443 8443 16443 }}
{{- $namespaces := list }}
{{- range $urls }}
{{- $url := toString . | trim | lower }}
{{- /* Without what is before and after the host and its port, such as credentials. */}}
{{- $place := regexReplaceAll `^[a-z\d+.-]+://([^/?#]*@)?|[/?#].*$` $url "" }}
{{- $host := regexReplaceAll `:\d+$` $place "" }}
{{- /* What is in the pod itself needs no rule. */}}
{{- if and (regexMatch `^[a-z\d+.-]+://` $url) $host (not (regexMatch `^(localhost|127(\.\d+){3}|\[::1\])$` $host)) }}
{{- $usual := hasPrefix "https" $url | ternary 443 (hasPrefix "socks" $url | ternary 1080 80) }}
{{- $ports = append $ports (regexFind `\d+$` (regexFind `:\d+$` $place) | default $usual | int) }}
{{- /* With https, two labels are a public domain: few certificates name a Service so. */}}
{{- $service := hasPrefix "https" $url | ternary `^[a-z\d-]+(\.[a-z\d-]+\.svc(\..*)?)?$` `^[a-z\d-]+(\.[a-z\d-]+(\.svc(\..*)?)?)?$` }}
{{- if regexMatch $service $host }}
{{- $namespaces = append $namespaces (index (splitList "." (printf "%s.%s" $host $.Release.Namespace)) 1) }}
{{- end }}
{{- end }}
{{- end }}
{{- dict "ports" (uniq $ports) "namespaces" (uniq $namespaces) | toJson }}
{{- end }}
