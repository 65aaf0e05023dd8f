import * as z from 'zod';
import { bindingText, type Grant, readGrants } from '../../../kubernetes/access/grants.ts';
import { type Holder, holdersOf } from '../../../kubernetes/access/holders.ts';
import { type Action, allows, isBuiltIn, isSubject, type PolicyRule } from '../../../kubernetes/access/rbac.ts';
import { ownRules, review, type Verdict } from '../../../kubernetes/access/review.ts';
import { type CheckedSubject, parseSubject } from '../../../kubernetes/access/subject.ts';
import { assertSubresource, virtualResource } from '../../../kubernetes/access/virtual-resources.ts';
import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { ApiError, isApiError, RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { UnknownKindError } from '../../../kubernetes/client/kind-resolution.ts';
import { missingNamespaceText, notFoundError } from '../../../kubernetes/client/not-found.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

const EVERYBODY = '*';
const EVERYWHERE = '*';
/** RBAC verbs that no kind lists among its own. */
const RBAC_VERBS = ['*', 'use', 'bind', 'escalate', 'impersonate', 'approve', 'sign', 'attest', 'deletecollection'];
/** Verbs of requests whose path names the object. */
const OF_ONE_OBJECT = ['get', 'update', 'patch', 'delete'];

/** What is asked, once the kind is known. */
interface Question {
  connection: Connection;
  signal: AbortSignal;
  /** Whose bindings count beside cluster-wide ones: undefined for all namespaces, and most cluster-scoped kinds. */
  namespaceOf(verb: string): string | undefined;
  /** ` in namespace shop`. */
  place: string;
  /** `pods/exec named web`. */
  what: string;
  /** May the answer name bindings? */
  namesBindings: boolean;
  action(verb: string): Action;
}

export const checkAccess = defineTool({
  name: 'check_access',
  title: 'Check Access',
  description:
    'Check what these credentials, or another subject, may do, and by which binding; subject "*" lists who may. Without verb: every verb; without kind: every rule.',
  access: 'read',
  input: {
    verb: z.string().optional().describe('e.g. create, delete, impersonate'),
    kind: z.string().optional().describe('As in kubectl, with subresource: pods/exec; or a path: /metrics'),
    apiVersion: parameters.apiVersion,
    name: z.string().optional(),
    namespace: z.string().optional().describe('* = all together'),
    subject: z.string().optional().describe('namespace/serviceaccount, user:name, group:name, or *'),
    groups: z.array(z.string()).default([]).describe("The user's groups"),
  },
  async run({ verb, kind, apiVersion, name, namespace, subject, groups }, { connection, policy, signal }) {
    const wanted = namespace || connection.namespace;
    if (!kind && (verb || subject === EVERYBODY))
      throw new UserError('check_access needs a kind to say who may do what to it.');
    // Rules, bindings and subjects contain names that the caller did not supply.
    const listingRefusal = policy.needRefusal('check_access without kind, or with subject *,', ['list']);
    if (listingRefusal && (!kind || subject === EVERYBODY)) throw new RefusedError(listingRefusal);
    const who = subject && subject !== EVERYBODY ? parseSubject(subject, groups) : undefined;
    if (who) await assertExists(connection, who, signal);
    const other = who && (await namesakeNote(connection, who, wanted, signal));
    const answer = (text: string, advice: string) => ({
      text: bounded([text, other].filter(Boolean).join('\n'), advice),
    });
    if (!kind) return answer(await rulesText(connection, who, wanted, signal), 'Give a kind.');
    const [type = '', subresource] = kind.startsWith('/') ? [kind] : kind.split('/');
    const question = await questionOf(connection, signal, {
      type,
      subresource: subresource?.toLowerCase(),
      verb: verb?.toLowerCase(),
      apiVersion,
      name,
      namespace: wanted,
      namesBindings: !listingRefusal,
    });
    if (question.resource && verb) assertVerb(verb.toLowerCase(), question.resource, subresource);
    const verbs = verb ? [verb.toLowerCase()] : (question.resource?.verbs ?? ['get']);
    const text =
      subject === EVERYBODY
        ? await holdersText(question, verbs)
        : verb
          ? await verdictText(question, who, verbs[0] ?? '')
          : await verbsText(question, who, verbs);
    return answer(text, 'Give a verb, a name or a namespace.');
  },
});

async function questionOf(
  connection: Connection,
  signal: AbortSignal,
  asked: {
    type: string;
    subresource: string | undefined;
    verb: string | undefined;
    apiVersion: string | undefined;
    name: string | undefined;
    namespace: string;
    namesBindings: boolean;
  },
): Promise<Question & { resource?: ApiResource }> {
  const { type, subresource, name, namesBindings } = asked;
  const common = { connection, signal, namesBindings };
  if (type.startsWith('/'))
    return { ...common, namespaceOf: () => undefined, place: '', what: type, action: (verb) => ({ verb, path: type }) };
  const resource = await resourceOf(connection, asked);
  if (subresource) assertSubresource(resource, subresource);
  const namespace = resource.namespaced && asked.namespace !== EVERYWHERE ? asked.namespace : undefined;
  // The API server takes a Namespace to be in itself.
  const own = resourceNameOf(resource) === 'namespaces' ? name || undefined : undefined;
  const namespaceOf = (verb: string) => namespace ?? (OF_ONE_OBJECT.includes(verb) ? own : undefined);
  const place = namespace ? ` in namespace ${namespace}` : resource.namespaced ? ' in all namespaces' : '';
  const [plural = '', ...group] = resourceNameOf(resource).split('.');
  const suffix = group.length > 0 ? `.${group.join('.')}` : '';
  const what = `${plural}${subresource ? `/${subresource}` : ''}${suffix}${name ? ` named ${name}` : ''}`;
  const action = (verb: string): Action => ({
    verb,
    group: resource.group,
    resource: resource.name,
    subresource,
    name,
  });
  return { ...common, namespaceOf, place, what, action, resource };
}

/** What RBAC alone knows may have the name of a kind, too: the verb then tells which is meant. */
async function resourceOf(
  { discovery }: Connection,
  { type, apiVersion, verb }: { type: string; apiVersion: string | undefined; verb: string | undefined },
): Promise<ApiResource> {
  const virtual = virtualResource(type);
  if (virtual && (virtual.name === '*' || (verb && virtual.verbs.includes(verb)))) return virtual;
  try {
    return await discovery.resolve(type, apiVersion);
  } catch (error) {
    if (virtual && error instanceof UnknownKindError) return virtual;
    throw error;
  }
}

function assertVerb(verb: string, { name, verbs }: ApiResource, subresource: string | undefined): void {
  if (subresource || name === '*' || verbs.includes(verb) || RBAC_VERBS.includes(verb)) return;
  throw new UserError(`${name} have no verb "${verb}". They have: ${verbs.join(', ')}.`);
}

// A misspelt name would go unnoticed: the API server just answers no.
async function assertExists(
  { client, discovery }: Connection,
  { account }: CheckedSubject,
  signal: AbortSignal,
): Promise<void> {
  if (!account) return;
  const resource = await discovery.resolve('serviceaccounts', 'v1');
  try {
    await client.send({ path: pathOf(resource, account.namespace, account.name), signal });
  } catch (error) {
    if (isApiError(error, 404)) throw await notFoundError(client, resource, account.namespace, account.name, signal);
  }
}

/** For a bare name, which is of a user: a ServiceAccount is easily meant. */
async function namesakeNote(
  { client, discovery }: Connection,
  { bare }: CheckedSubject,
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (bare === undefined || namespace === EVERYWHERE) return undefined;
  try {
    const resource = await discovery.resolve('serviceaccounts', 'v1');
    await client.send({ path: pathOf(resource, namespace, bare), signal });
    return `A bare name is a user's. The ServiceAccount of this name is subject=${namespace}/${bare}.`;
  } catch (error) {
    // Only a hint: it may not be there, or not be readable.
    if (error instanceof RangeError || error instanceof ApiError || error instanceof RefusedError) return undefined;
    throw error;
  }
}

async function verdictText(question: Question, who: CheckedSubject | undefined, verb: string): Promise<string> {
  const { connection, signal } = question;
  const namespace = question.namespaceOf(verb);
  const may = (allowed: boolean) => mayText(question, who, verb, allowed);
  const verdict = await review(connection.client, who?.identity, question.action(verb), namespace, signal);
  if (!verdict) return rbacVerdicts(question, who, [verb]);
  const missing =
    !verdict.allowed && namespace ? await missingNamespaceText(connection.client, namespace, signal) : undefined;
  return [may(verdict.allowed), reasonOf(question, verdict), verdict.problem, missing, groupsNote(who)]
    .filter(Boolean)
    .join('\n');
}

/** Reads the bindings instead, where the API server may not be asked about others. */
async function rbacVerdicts(
  question: Question,
  who: CheckedSubject | undefined,
  verbs: readonly string[],
): Promise<string> {
  const { grantsFor, unread } = await grantsOf(question, verbs);
  const identity = who?.identity ?? { groups: [] };
  const verdicts = verbs.flatMap((verb) => {
    const action = question.action(verb);
    const own = grantsFor(verb).filter(({ binding }) => isSubject(binding, identity));
    const held = own.filter(({ rules }) => rules.some((rule) => allows(rule, action) === true));
    return [mayText(question, who, verb, held.length > 0), ...held.map(({ binding }) => `by ${bindingText(binding)}`)];
  });
  const notes = ['By RBAC alone: these credentials may not ask the API server about others.', unreadNote(unread)];
  return [...verdicts, ...notes, groupsNote(who)].filter(Boolean).join('\n');
}

async function verbsText(
  question: Question,
  who: CheckedSubject | undefined,
  verbs: readonly string[],
): Promise<string> {
  const { connection, signal, place, what, action, namespaceOf } = question;
  const verdicts = await Promise.all(
    verbs.map((verb) => review(connection.client, who?.identity, action(verb), namespaceOf(verb), signal)),
  );
  if (verdicts.includes(undefined)) return rbacVerdicts(question, who, verbs);
  const such = (allowed: boolean) => verbs.filter((_, index) => verdicts[index]?.allowed === allowed);
  const [yes, no] = [such(true), such(false)];
  const reasons = [...new Set(verdicts.flatMap((verdict) => (verdict && reasonOf(question, verdict)) || []))];
  const may = yes.length > 0 ? `may ${yes.join(', ')}` : 'may do nothing with';
  const not = no.length > 0 && yes.length > 0 ? `; not ${no.join(', ')}` : '';
  return [`${whoText(who)} ${may} ${what}${place}${not}`, ...reasons, groupsNote(who)].filter(Boolean).join('\n');
}

async function holdersText(question: Question, verbs: readonly string[]): Promise<string> {
  const { grantsFor, unread } = await grantsOf(question, verbs);
  const lists = verbs.map(
    (verb) =>
      `Who may ${verb} ${question.what}${question.place}, by RBAC\n${holdersTable(holdersOf(grantsFor(verb), question.action(verb)))}`,
  );
  return [
    ...lists,
    'Members of a group no cluster knows; those of system:masters may do everything.',
    unreadNote(unread),
  ]
    .filter(Boolean)
    .join('\n');
}

function holdersTable(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'Nobody.';
  const people = holders.filter(({ isComponent }) => !isComponent);
  const components = [...new Set(holders.filter(({ isComponent }) => isComponent).map(({ subject }) => subject))];
  const rows = people.map(({ subject, by, only }) => [
    subject,
    `${by}${only.length > 0 ? `, only ${only.join(', ')}` : ''}`,
  ]);
  const rest = components.length > 0 ? [`and Kubernetes' own: ${components.join(', ')}`] : [];
  return [...renderRows(rows), ...rest].join('\n');
}

/** All rules, those with the same verbs on one line. */
async function rulesText(
  connection: Connection,
  who: CheckedSubject | undefined,
  namespace: string,
  signal: AbortSignal,
): Promise<string> {
  const place = namespace === EVERYWHERE ? 'in all namespaces' : `in namespace ${namespace}`;
  if (!who) {
    if (namespace === EVERYWHERE) throw new UserError('Give a namespace, or a kind: rules are told for one namespace.');
    const { rules, incomplete } = await ownRules(connection.client, namespace, signal);
    const notes = incomplete ? ['The API server does not know all: there may be more.'] : [];
    return rulesList(`${whoText(who)} may, ${place}`, rules, notes);
  }
  const { grants, unread } = await readGrants(connection.client, namespace === EVERYWHERE ? null : namespace, signal);
  const held = grants.filter(({ binding }) => isSubject(binding, who.identity));
  // Asked about a group itself, nothing is left out.
  const everyones = who.identity.user === undefined ? [] : held.filter(isEveryones);
  const own = held.filter((grant) => !everyones.includes(grant));
  const by = own.map(({ binding }) => `by ${bindingText(binding)}`);
  const names = everyones.map(({ binding }) => binding.metadata?.name).join(', ');
  const rest = names === '' ? '' : `Left out: what every user may, by the ClusterRoleBindings ${names}.`;
  const notes = [...by, rest, unreadNote(unread), groupsNote(who)].filter((note) => note !== '');
  return rulesList(
    `${who.text} may, ${place}, by RBAC`,
    own.flatMap(({ rules }) => rules),
    notes,
  );
}

// By Kubernetes' own bindings everyone may discover the API and ask about their own access.
function isEveryones({ binding, rules }: Grant): boolean {
  return isBuiltIn(binding) && rules.every(isCommon);
}

function isCommon({ nonResourceURLs, resources = [], verbs = [] }: PolicyRule): boolean {
  if (nonResourceURLs) return verbs.every((verb) => verb === 'get') && !nonResourceURLs.includes('*');
  return resources.every((resource) => resource.startsWith('selfsubject'));
}

function rulesList(title: string, rules: readonly PolicyRule[], notes: readonly string[]): string {
  const byVerbs = new Map<string, Set<string>>();
  for (const { verbs = [], apiGroups = [''], resources = [], resourceNames = [], nonResourceURLs = [] } of rules) {
    const key = verbs.join(', ');
    const things = byVerbs.get(key) ?? new Set<string>();
    byVerbs.set(key, things);
    const only = resourceNames.length > 0 ? ` (${resourceNames.join(', ')})` : '';
    for (const group of apiGroups)
      for (const resource of resources) things.add(`${resource}${group ? `.${group}` : ''}${only}`);
    for (const url of nonResourceURLs) things.add(url);
  }
  const lines = [...byVerbs].map(([verbs, things]) => `${verbs}: ${[...things].join(', ')}`);
  return [`${title}:`, ...(lines.length > 0 ? lines : ['nothing']), ...notes].join('\n');
}

async function grantsOf(
  { connection, namespaceOf, signal }: Question,
  verbs: readonly string[],
): Promise<{ grantsFor(verb: string): readonly Grant[]; unread: readonly string[] }> {
  const namespace = verbs.map(namespaceOf).find((place) => place !== undefined);
  // For all namespaces only cluster-wide bindings count, not those in a single namespace.
  const { grants, unread } = await readGrants(connection.client, namespace ?? null, signal);
  const clusterWide = grants.filter(({ binding }) => binding.metadata?.namespace === undefined);
  return { grantsFor: (verb) => (namespaceOf(verb) === undefined ? clusterWide : grants), unread };
}

function mayText({ what, place }: Question, who: CheckedSubject | undefined, verb: string, allowed: boolean): string {
  return `${allowed ? 'yes' : 'no'}: ${whoText(who)} may${allowed ? '' : ' not'} ${verb} ${what}${place}`;
}

function reasonOf({ namesBindings }: Question, { reason }: Verdict): string {
  return namesBindings ? reason : '';
}

function whoText(who: CheckedSubject | undefined): string {
  return who?.text ?? 'these credentials';
}

function unreadNote(unread: readonly string[]): string {
  return unread.length > 0 ? `Could not be read, so there may be more: ${unread.join('; ')}.` : '';
}

// Only the authenticator knows a user's groups.
function groupsNote(who: CheckedSubject | undefined): string {
  if (!who || who.account || !who.identity.user || who.identity.groups.length > 1) return '';
  return `Groups of ${who.text} are not known here: give them as groups.`;
}
