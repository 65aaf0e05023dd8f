import { ageText } from '../apimachinery/duration.ts';
import { messageOf } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { oneLine } from '../text/one-line.ts';
import { shortened } from '../text/shortened.ts';
import type { Prometheus } from './prometheus.ts';

/** A diagnosis does not wait longer. */
const TIMEOUT_MS = 3_000;
const MAX_ALERTS = 10;
const MAX_LINE_LENGTH = 300;
/** Alerts that always fire, to prove that alerting works, and those that only silence others. */
const NOT_REAL = /^(Watchdog|InfoInhibitor|DeadMansSwitch)$/;
const SEVERITIES = ['critical', 'error', 'page', 'warning'];
/** Labels that say what is concerned, in this order. */
const SUBJECTS = [
  'namespace',
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'job_name',
  'persistentvolumeclaim',
  'node',
  'instance',
  'service',
];

/** The alerts that fire, worst first, a line each; says why where they could not be read. */
export async function firingAlerts(prometheus: Prometheus, signal: AbortSignal): Promise<string[]> {
  try {
    const { data } = await prometheus.ask('alerts', {}, signal, TIMEOUT_MS);
    return alertLines(data, prometheus.place);
  } catch (error) {
    signal.throwIfAborted();
    return [`Alerts were not looked at: ${shortened(oneLine(messageOf(error)), 200)}`];
  }
}

/** The lines for an answer to `alerts`. */
export function alertLines({ alerts }: JsonObject, place: string, now = Date.now()): string[] {
  const firing = (Array.isArray(alerts) ? alerts : [])
    .filter(isObject)
    .filter(({ state, labels }) => state === 'firing' && !NOT_REAL.test(text(labels, 'alertname')))
    .sort((a, b) => rank(a) - rank(b));
  // The same alert of many objects is one line.
  const alike = [
    ...Map.groupBy(firing, ({ labels }) => `${text(labels, 'severity')} ${text(labels, 'alertname')}`).values(),
  ];
  const lines = alike.slice(0, MAX_ALERTS).flatMap(([first, ...others]) => {
    if (!first) return [];
    const { labels, annotations, activeAt } = first;
    const subject = SUBJECTS.flatMap((name) => (text(labels, name) ? `${name}=${text(labels, name)}` : [])).join(', ');
    const since = Date.parse(String(activeAt));
    const summary = text(annotations, 'summary') || text(annotations, 'description') || text(annotations, 'message');
    const head = [text(labels, 'severity'), text(labels, 'alertname')].filter(Boolean).join(' ');
    const age = Number.isNaN(since) ? '' : ` for ${ageText(now - since)}`;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    const line = oneLine(`${head}${age}${subject ? `: ${subject}` : ''}${more}${summary ? `: ${summary}` : ''}`);
    return `  ${shortened(line, MAX_LINE_LENGTH)}`;
  });
  if (lines.length === 0) return [`No alert fires (Prometheus, ${place}).`];
  const rest = alike.length > MAX_ALERTS ? [`  and ${alike.length - MAX_ALERTS} more kinds of alerts`] : [];
  return [`Alerts firing (Prometheus, ${place}):`, ...lines, ...rest];
}

function rank({ labels }: JsonObject): number {
  const at = SEVERITIES.indexOf(text(labels, 'severity'));
  return at < 0 ? SEVERITIES.length : at;
}

function text(labels: unknown, name: string): string {
  return isObject(labels) && typeof labels[name] === 'string' ? labels[name] : '';
}
