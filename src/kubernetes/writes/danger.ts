import type { Danger as SpokenDanger } from '../../protocol.ts';
import { visible } from '../text/visible.ts';

/** What a user must know first about a write; `{0}` is a value. The editor translates them. */
export const DANGER_WORDS = {
  // Causes a deletion by a controller.
  owned: 'It is deleted as soon as its owner {0} does not exist.',
  finalizerRemoved: 'Finalizer {0} is removed: what it holds back is not cleaned up.',
  goesForGood: 'It is being deleted, and goes for good without finalizer {0}.',
  deletesSelf: '{0} becomes {1}: a controller deletes the object.',
  deletesJobs: '{0} becomes {1}: Jobs are deleted, with their pods.',
  deletesRevisions: '{0} becomes {1}: older revisions are deleted, and cannot be gone back to.',
  deletesPods: '{0} becomes {1}: running pods are deleted.',
  deletesVolumes: '{0} becomes {1}: volumes are deleted, with their data.',
  deletesManaged: '{0} becomes {1}: a controller may delete what it manages.',
  adopts: 'It takes over what has no controller and matches its selector, and may delete it: {0}.',
  adopted: 'Its labels match a selector: {0} takes it over, and may delete it or another of its own.',
  statusBelieved: 'Controllers believe the status of {0}, and may delete because of it.',
  // Acts for others.
  grants: 'Gives whoever is bound to it the right to {0} {1} in {2}.',
  collects: 'Takes over the rights of every ClusterRole with the labels {0}.',
  adds: 'Adds its rights to every ClusterRole that collects {0}.',
  binds: 'Gives {0} the rights of {1} in {2}.',
  webhookChanges: 'Lets {0} see, change and refuse each {1} of {2}.',
  webhookJudges: 'Lets {0} see and refuse each {1} of {2}.',
  policyRules: 'Lets a policy change or refuse each {0} of {1}.',
  policyInForce: 'Puts the admission policy {0} into force.',
  answersRequests: 'Has {0} answer all requests for {1}.',
  definesKind: 'Defines the kind {0} for the whole cluster.',
  converts: 'Has {0} see and convert every {1}.',
  asksCertificate: 'Asks {0} for a certificate.',
  approvesCertificate: 'Decides about a certificate of {0} for {1}.',
  deniesCertificate: 'Denies it, for good.',
  certificateUser: 'To the API server, its holder is user {0}, in groups {1}.',
  certificateSubject: 'Its subject is {0}.',
  certificateMasters: 'Group {0} may do everything in the cluster, and a certificate cannot be revoked.',
  certificateNames: 'It stands for the names {0}.',
  certificateUses: 'It is for {0}, and is asked for {1}.',
  certificateUsesLong: 'It is for {0}, for as long as the signer likes.',
  certificateUnread: 'What it would certify cannot be read from the request.',
  resizes: 'Container {0}: {1} becomes {2}.',
  restartsContainer: 'Container {0} is restarted for it, as its resizePolicy for {1} says.',
  displaces: 'Pods of this class ({0}) displace pods of a lower priority.',
  namespaceLabels: 'Changes labels of the namespace, by which policies decide what may run there: {0}.',
  privileged: 'Container {0} runs privileged: it can do on the node whatever root can.',
  unconfined: 'Container {0} is less confined than others: {1}.',
  onHost: 'Its pods share with the node: {0}.',
  hostPath: 'Its pods see the folder {0} of the node.',
  actsAs: 'Its pods act as ServiceAccount {0}.',
  readsSecret: 'It reads Secret {0}.',
  policyReads: 'A policy reads {0} for its decisions, and its messages may tell what is in them.',
  tokenFor: 'It gets a token of ServiceAccount {0}.',
  // Found by looking it up.
  contentGoes: 'With it goes what is in it: {0}.',
  objectsGo: 'With it go all objects of its kind: {0}.',
  dependentsGo: 'What it owns goes with it: {0}.',
  dependentsStay: 'What it owns stays, and has no owner any more: {0}.',
  volumeGoes: 'Its volume {0} goes with it, with all data: its reclaimPolicy is Delete.',
  waitsForVolume:
    'It stays Pending until somebody removes the claimRef of its volume {0}, which is that of the deleted claim.',
  notMadeAgain: 'Nothing makes this pod again.',
  lostForGood: 'Nothing makes these pods again: {0}.',
  dataGoes: 'These pods lose the data of their emptyDir volumes: {0}.',
  heldByBudget: 'PodDisruptionBudgets hold these pods back now: {0}.',
  noRoom: 'No other node takes these pods: {0}.',
  notLookedAt: 'Not looked at: {0}.',
  heldBack: 'It stays until those who set its finalizers remove them: {0}.',
  notCounted: 'Not counted: {0}.',
  notTried: 'Not tried yet: it needs an object of the same manifest first, and is shown again then.',
  madeUp: 'The chart makes this up anew each time, so another value is written than is shown here: {0}.',
  whiteSpace: 'Some lines differ in white space only.',
} as const;

export type DangerKind = keyof typeof DANGER_WORDS;

/** A danger with its values. */
export interface Danger extends SpokenDanger {
  kind: DangerKind;
}

/** Shorthand for a danger about the object. */
export function danger(kind: DangerKind, ...values: string[]): Danger {
  return { kind, values };
}

/** In English, on one line. */
export function dangerText({ kind, values }: Danger): string {
  return DANGER_WORDS[kind].replace(/\{(\d+)\}/g, (_, index: string) => visible(values[Number(index)] ?? ''));
}
