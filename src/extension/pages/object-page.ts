import * as vscode from 'vscode';
import { age } from '../../kubernetes/apimachinery/age.ts';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { conditionsOf } from '../../kubernetes/apimachinery/conditions.ts';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import { isTrouble } from '../../kubernetes/diagnosis/facts/condition-findings.ts';
import { healthOf } from '../../kubernetes/diagnosis/health.ts';
import type { Cell, Item, Line, Link, Page, Section, State } from '../../webviews/pages/messages.ts';
import { shortContext } from '../common/context-name.ts';
import { COMMANDS, type CommandId } from '../common/ids.ts';
import { told } from '../common/told.ts';
import { canDo } from '../views/actions.ts';
import type { Destinations } from './destinations.ts';
import { cutAt } from './named-objects.ts';
import type { ObjectFacts } from './object-facts.ts';
import { failureOf, objectLink, sectionWith, shownText, stateOfHealth, stateOfLevel } from './page-parts.ts';
import { readOf } from './part.ts';
import { relationItems } from './relation-items.ts';
import { remedyLinks } from './remedy-links.ts';
import type { UsageHistory } from './usage-history.ts';

const MAX_FINDINGS = 20;
const MAX_EVENTS = 10;
const MAX_REVISIONS = 5;
const MAX_CHANGES = 8;
const MAX_LABELS = 12;

/** The page of an object. */
export function objectPage(facts: ObjectFacts, usage: UsageHistory, to: Destinations): Page {
  to.begin();
  return new ObjectPage(facts, to).page(usage);
}

class ObjectPage {
  readonly #facts: ObjectFacts;
  readonly #to: Destinations;
  readonly #coordinates: ResourceCoordinates;

  constructor(facts: ObjectFacts, to: Destinations) {
    this.#facts = facts;
    this.#to = to;
    const { connection, resource, object } = facts;
    const { name = '', namespace } = object.metadata ?? {};
    this.#coordinates = { context: connection.context.name, resource: resourceNameOf(resource), namespace, name };
  }

  page(usage: UsageHistory): Page {
    const { connection, resource, diagnosis, limits } = this.#facts;
    const { namespace, name } = this.#coordinates;
    const place = [shortContext(connection.context.name), namespace].filter((one) => one !== undefined).join(' / ');
    const isSound = diagnosis.findings.length === 0;
    return {
      title: name,
      subtitle: `${resource.kind} · ${place}`,
      state: this.#state(),
      status: [[diagnosis.summary, ...(isSound ? [told(diagnosis.verdict)] : [])].filter(Boolean).join(' · ')],
      actions: this.#actions(),
      actionsName: vscode.l10n.t('Actions'),
      sections: [
        ...this.#findings(limits),
        this.#details(),
        ...this.#usage(usage),
        ...this.#conditions(),
        this.#relations(),
        this.#events(),
        ...this.#revisions(),
        this.#changes(),
      ],
    };
  }

  #state(): State {
    const { resource, object, diagnosis } = this.#facts;
    const health = healthOf(resource, object);
    const [worst] = diagnosis.findings;
    // Rules see more than the status of an object says.
    if (worst?.level === 'cause') return stateOfHealth({ state: 'bad', detail: '' });
    if (worst?.level === 'symptom' && health.state !== 'bad') return stateOfHealth({ state: 'busy', detail: '' });
    return stateOfHealth(health);
  }

  #actions(): Link[] {
    const { resource } = this.#facts;
    const yaml = this.#command(vscode.l10n.t('YAML'), COMMANDS.openObject);
    const logs = canDo('logs', resource) ? [this.#command(vscode.l10n.t('Show Logs'), COMMANDS.showLogs)] : [];
    return [yaml, ...logs, this.#command(vscode.l10n.t('Ask Copilot Why'), COMMANDS.askWhy)];
  }

  #command(text: string, command: CommandId): Link {
    return this.#to.link(text, { type: 'command', command, coordinates: this.#coordinates });
  }

  #findings(limits: readonly string[]): Section[] {
    const { diagnosis } = this.#facts;
    const { findings, evidence } = diagnosis;
    const items = findings.slice(0, MAX_FINDINGS).map(
      (finding): Item => ({
        state: stateOfLevel(finding.level),
        line: this.#linked(told(finding.message)),
        actions: remedyLinks(finding, this.#facts.connection.context.name, this.#to),
      }),
    );
    const more = findings.length - items.length;
    const notes = [...(more > 0 ? [vscode.l10n.t('and {0} more', more)] : []), ...limits];
    const isWrong = findings.some(({ level }) => level !== 'risk');
    const title = isWrong ? vscode.l10n.t('What Is Wrong') : vscode.l10n.t('Risks');
    // Tabs would become single blanks.
    const texts = evidence.map(({ title: of, lines }) => ({
      title: of,
      lines: lines.map((line) => line.replaceAll('\t', '    ')),
    }));
    return [
      ...(items.length + notes.length > 0
        ? [sectionWith('findings', title, { type: 'list', items }, { notes, isWide: true })]
        : []),
      ...(texts.length > 0
        ? [sectionWith('evidence', vscode.l10n.t('Last Output'), { type: 'texts', texts }, { isWide: true })]
        : []),
    ];
  }

  /** A text, with links to the objects that it names. */
  #linked(text: string): Line {
    const shown = shownText(text);
    const { namespace, context = '' } = this.#coordinates;
    return cutAt(shown, this.#facts.mentionsIn(shown)).map((part) => {
      if (typeof part === 'string') return part;
      const { resource, name } = part;
      return objectLink(
        name,
        { resource, name, namespace: resource.namespaced ? namespace : undefined },
        context,
        this.#to,
      );
    });
  }

  #details(): Section {
    const { object, columns, uses } = this.#facts;
    const { labels = {}, creationTimestamp } = object.metadata ?? {};
    const { context = '' } = this.#coordinates;
    const facts = columns
      .filter(({ name }) => name !== 'Age')
      .map(({ name, text }) => {
        const named = uses.find((one) => one.name === text && one.kind === name);
        const line: Line = named ? [objectLink(text, named, context, this.#to)] : [text];
        return { name, line };
      });
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const shown = pairs.slice(0, MAX_LABELS);
    if (shown.length < pairs.length) shown.push(vscode.l10n.t('and {0} more', pairs.length - shown.length));
    if (creationTimestamp !== undefined)
      facts.push({ name: vscode.l10n.t('Age'), line: [`${age(creationTimestamp)} (${creationTimestamp})`] });
    if (shown.length > 0) facts.push({ name: vscode.l10n.t('Labels'), line: [shown.join(', ')] });
    return sectionWith('details', vscode.l10n.t('Details'), { type: 'facts', facts });
  }

  #usage(history: UsageHistory): Section[] {
    const { usage } = this.#facts;
    const { charts } = history;
    const notes = failureOf(usage);
    if (charts.length + notes.length === 0) return [];
    return [sectionWith('usage', vscode.l10n.t('Usage Since Opened'), { type: 'charts', charts }, { notes })];
  }

  #conditions(): Section[] {
    const { object, resource } = this.#facts;
    const items = conditionsOf(object).map((condition): Item => {
      const { type, status, reason, message, lastTransitionTime } = condition;
      const isBad = isTrouble(condition, resourceNameOf(resource));
      const line = [type, ': ', status, ...(reason ? [` (${reason})`] : [])].join('');
      const since = lastTransitionTime === undefined ? [] : [vscode.l10n.t('for {0}', age(lastTransitionTime))];
      const detail = [...since, ...(message ? [message] : [])].join(' · ');
      return {
        state: { tone: isBad ? 'bad' : 'plain', spoken: isBad ? vscode.l10n.t('Problem') : '' },
        line: [line],
        ...(detail === '' ? {} : { detail: [detail] }),
      };
    });
    if (items.length === 0) return [];
    return [sectionWith('conditions', vscode.l10n.t('Conditions'), { type: 'list', items })];
  }

  #relations(): Section {
    const items = relationItems(this.#facts, this.#coordinates, this.#to);
    const notes = failureOf(this.#facts.related);
    return sectionWith('relations', vscode.l10n.t('Relations'), { type: 'graph', items }, { notes });
  }

  #events(): Section {
    const { events } = this.#facts;
    const all = readOf(events) ?? [];
    const rows = all.slice(0, MAX_EVENTS).map(({ last, type, reason, count, message }): Cell[] => [
      { line: [age(new Date(last).toISOString())] },
      {
        line: [reason],
        state: type === 'Warning' ? { tone: 'busy', spoken: vscode.l10n.t('Warning') } : { tone: 'plain', spoken: '' },
      },
      { line: [String(count)] },
      { line: this.#linked(message) },
    ]);
    const columns = [
      vscode.l10n.t('Last Seen'),
      vscode.l10n.t('Reason'),
      vscode.l10n.t('Count'),
      vscode.l10n.t('Message'),
    ];
    const notes = [
      ...failureOf(events),
      ...('value' in events && all.length === 0 ? [vscode.l10n.t('No events now.')] : []),
    ];
    const content = { type: 'table', columns: rows.length > 0 ? columns : [], rows } as const;
    const actions = all.length > rows.length ? [this.#command(vscode.l10n.t('Show Events'), COMMANDS.showEvents)] : [];
    return sectionWith('events', vscode.l10n.t('Events'), content, { notes, actions, isWide: true });
  }

  #revisions(): Section[] {
    const { revisions, resource } = this.#facts;
    if (!canDo('rollout', resource)) return [];
    const rows = (readOf(revisions) ?? [])
      .slice(0, MAX_REVISIONS)
      .map(({ number, current, images, changeCause }): Cell[] => [
        current
          ? { line: [String(number)], state: { tone: 'done', spoken: vscode.l10n.t('current') } }
          : { line: [String(number)] },
        { line: [images.join(', ')] },
        { line: [changeCause ?? ''] },
      ]);
    const columns = [vscode.l10n.t('Revision'), vscode.l10n.t('Images'), vscode.l10n.t('Change Cause')];
    const actions = [this.#command(vscode.l10n.t('Rollout History'), COMMANDS.showRolloutHistory)];
    const more = { notes: failureOf(revisions), actions, isWide: true };
    return [sectionWith('revisions', vscode.l10n.t('Revisions'), { type: 'table', columns, rows }, more)];
  }

  #changes(): Section {
    const rows = this.#facts.changes
      .slice(0, MAX_CHANGES)
      .map(({ time, by, what }): Cell[] => [
        { line: [vscode.l10n.t('{0} ago', age(new Date(time).toISOString()))] },
        { line: [by ?? ''] },
        { line: [what] },
      ]);
    const columns = [vscode.l10n.t('When'), vscode.l10n.t('By'), vscode.l10n.t('What')];
    const actions = [this.#command(vscode.l10n.t('Change History'), COMMANDS.showChangeHistory)];
    return sectionWith(
      'changes',
      vscode.l10n.t('Last Changes'),
      { type: 'table', columns, rows },
      { actions, isWide: true },
    );
  }
}
