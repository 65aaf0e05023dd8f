import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import { members, namesOf } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';
import type { Container, Pod } from '../facts/types.ts';

type Amounts = Record<string, string>;

interface Limit {
  type?: string;
  min?: Amounts;
  max?: Amounts;
  default?: Amounts;
  defaultRequest?: Amounts;
}

interface LimitRange extends KubernetesObject {
  spec?: { limits?: Limit[] };
}

/** A LimitRange: its defaults and limits, and the running pods that could not be created again. */
export const limitRangeRule = rule<LimitRange>([kinds.pods], async ({ spec, metadata }, lookup): Promise<Report> => {
  const limits = spec?.limits ?? [];
  const pods = members(await lookup.list<Pod>(kinds.pods, metadata?.namespace));
  const findings = limits.filter(({ type }) => type === 'Container').flatMap((limit) => containerFindings(limit, pods));
  return { summary: limits.map(limitText).join('; ') || 'limits nothing', findings };
});

/** A PriorityClass: its value, and whether there are two defaults. */
export const priorityClassRule = rule([kinds.priorityClasses], async (priority, lookup): Promise<Report> => {
  const classes = members(await lookup.list(kinds.priorityClasses, undefined));
  const defaults = classes.filter(({ globalDefault }) => globalDefault === true);
  const findings: Finding[] =
    priority.globalDefault === true && defaults.length > 1
      ? [
          risk(
            say`there are ${defaults.length} global defaults, of which the one with the lowest value counts: ${someOf(namesOf(defaults))}`,
          ),
        ]
      : [];
  const preempts =
    priority.preemptionPolicy === 'Never' ? 'preempts nothing' : 'its pods may end pods of lower priority';
  return {
    summary: `priority ${String(priority.value)}, ${preempts}${priority.globalDefault === true ? ', the default' : ''}`,
    findings,
  };
});

/** Running pods that the limits would no longer admit. */
function containerFindings({ max = {}, min = {} }: Limit, pods: readonly Pod[]): Finding[] {
  const beyond = (container: Container) =>
    Object.entries(container.resources?.limits ?? {}).some(([name, own]) => exceeds(own, max[name])) ||
    Object.entries(container.resources?.requests ?? {}).some(([name, own]) => exceeds(min[name], own));
  const offending = pods.filter(({ spec }) => (spec?.containers ?? []).some(beyond));
  if (offending.length === 0) return [];
  return [
    risk(
      say`${offending.length} running pods are outside of it and could not be made again: ${someOf(namesOf(offending))}`,
    ),
  ];
}

function exceeds(amount: string | undefined, bound: string | undefined): boolean {
  const [a, b] = [parseQuantity(amount), parseQuantity(bound)];
  return a !== undefined && b !== undefined && a > b;
}

function limitText({ type, ...amounts }: Limit): string {
  const texts = Object.entries(amounts).flatMap(([name, values]) =>
    values && typeof values === 'object'
      ? [
          `${name} ${Object.entries(values)
            .map((pair) => pair.join(' '))
            .join(', ')}`,
        ]
      : [],
  );
  return `${type}: ${texts.join('; ')}`;
}
