import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { cpuText, memoryText } from '../../kubernetes/apimachinery/quantity.ts';
import type { Finding } from '../../kubernetes/diagnosis/facts/finding.ts';
import type { Health } from '../../kubernetes/diagnosis/health.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import type { Measured } from '../../kubernetes/workloads/usage.ts';
import type { Content, Link, Page, Section, State } from '../../webviews/pages/messages.ts';
import { formatError } from '../common/problems.ts';
import { healthLabel, levelLabel } from '../views/health-labels.ts';
import type { Located } from '../views/nodes.ts';
import type { Destinations } from './destinations.ts';
import type { Part } from './part.ts';

/** The longest text that is searched for credentials; longer ones are cut. */
const MAX_TEXT_LENGTH = 4_000;
const LEVEL_TONES = { cause: 'bad', symptom: 'busy', risk: 'plain' } as const;
/** Not texts, but names of ours. */
const OWN_KEYS: readonly string[] = ['type', 'id', 'tone'];

/** A text of the cluster as a page may show it: one line, without credentials. */
export function shownText(text: string): string {
  const cut = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
  return oneLine(redactText(cut));
}

/** The page as it leaves the extension: every text in it without credentials, wherever it came from. */
export function redactedPage(page: Page): Page {
  return redacted(page, '') as Page;
}

function redacted(value: unknown, key: string): unknown {
  if (typeof value === 'string') return OWN_KEYS.includes(key) ? value : shownText(value);
  if (Array.isArray(value)) return value.map((one) => redacted(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, redacted(part, name)]));
}

export function stateOfHealth(health: Health): State {
  return { tone: health.state, spoken: healthLabel(health) };
}

export function stateOfLevel(level: Finding['level']): State {
  return { tone: LEVEL_TONES[level], spoken: levelLabel(level) };
}

/** A link to the page of an object. */
export function objectLink(
  text: string,
  { resource, namespace, name }: Located,
  context: string,
  to: Destinations,
): Link {
  const coordinates = { context, resource: resourceNameOf(resource), namespace, name };
  return to.link(text, { type: 'page', coordinates });
}

/** Why a part is missing, to be shown in its place. */
export function failureOf(part: Part<unknown>): string[] {
  return 'failure' in part ? [formatError(part.failure)] : [];
}

/** A section, of which most parts are usual. */
export function sectionWith(
  id: string,
  title: string,
  content: Content,
  more: Partial<Pick<Section, 'notes' | 'actions' | 'isWide'>> = {},
): Section {
  return { id, title, content, notes: [], actions: [], isWide: false, ...more };
}

export function amountText(measured: Measured, amount: number): string {
  return measured === 'cpu' ? cpuText(amount) : memoryText(amount);
}

export function measuredName(measured: Measured): string {
  return measured === 'cpu' ? vscode.l10n.t('CPU') : vscode.l10n.t('Memory');
}
