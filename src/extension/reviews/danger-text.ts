import * as vscode from 'vscode';
import { visible } from '../../kubernetes/text/visible.ts';
import type { DangerKind } from '../../kubernetes/writes/danger.ts';
import type { Danger } from '../../protocol.ts';

/** A danger of a write in one line. A kind that this editor does not know is shown as it is. */
export function dangerText({ kind, values }: Danger): string {
  const seen = values.map(visible);
  return Object.hasOwn(WORDS, kind)
    ? WORDS[kind as DangerKind](seen as [string, string, string])
    : visible([kind, ...values].join(' '));
}

const WORDS: Record<DangerKind, (v: [string, string, string]) => string> = {
  owned: (v) => vscode.l10n.t('It is deleted as soon as its owner {0} does not exist.', v[0]),
  finalizerRemoved: (v) => vscode.l10n.t('Finalizer {0} is removed: what it holds back is not cleaned up.', v[0]),
  goesForGood: (v) => vscode.l10n.t('It is being deleted, and goes for good without finalizer {0}.', v[0]),
  deletesSelf: (v) => vscode.l10n.t('{0} becomes {1}: a controller deletes the object.', v[0], v[1]),
  deletesJobs: (v) => vscode.l10n.t('{0} becomes {1}: Jobs are deleted, with their pods.', v[0], v[1]),
  deletesRevisions: (v) =>
    vscode.l10n.t('{0} becomes {1}: older revisions are deleted, and cannot be gone back to.', v[0], v[1]),
  deletesPods: (v) => vscode.l10n.t('{0} becomes {1}: running pods are deleted.', v[0], v[1]),
  deletesVolumes: (v) => vscode.l10n.t('{0} becomes {1}: volumes are deleted, with their data.', v[0], v[1]),
  deletesManaged: (v) => vscode.l10n.t('{0} becomes {1}: a controller may delete what it manages.', v[0], v[1]),
  adopts: (v) =>
    vscode.l10n.t('It takes over what has no controller and matches its selector, and may delete it: {0}.', v[0]),
  adopted: (v) =>
    vscode.l10n.t('Its labels match a selector: {0} takes it over, and may delete it or another of its own.', v[0]),
  statusBelieved: (v) => vscode.l10n.t('Controllers believe the status of {0}, and may delete because of it.', v[0]),
  grants: (v) => vscode.l10n.t('Gives whoever is bound to it the right to {0} {1} in {2}.', v[0], v[1], v[2]),
  collects: (v) => vscode.l10n.t('Takes over the rights of every ClusterRole with the labels {0}.', v[0]),
  adds: (v) => vscode.l10n.t('Adds its rights to every ClusterRole that collects {0}.', v[0]),
  binds: (v) => vscode.l10n.t('Gives {0} the rights of {1} in {2}.', v[0], v[1], v[2]),
  webhookChanges: (v) => vscode.l10n.t('Lets {0} see, change and refuse each {1} of {2}.', v[0], v[1], v[2]),
  webhookJudges: (v) => vscode.l10n.t('Lets {0} see and refuse each {1} of {2}.', v[0], v[1], v[2]),
  policyRules: (v) => vscode.l10n.t('Lets a policy change or refuse each {0} of {1}.', v[0], v[1]),
  policyInForce: (v) => vscode.l10n.t('Puts the admission policy {0} into force.', v[0]),
  answersRequests: (v) => vscode.l10n.t('Has {0} answer all requests for {1}.', v[0], v[1]),
  definesKind: (v) => vscode.l10n.t('Defines the kind {0} for the whole cluster.', v[0]),
  converts: (v) => vscode.l10n.t('Has {0} see and convert every {1}.', v[0], v[1]),
  asksCertificate: (v) => vscode.l10n.t('Asks {0} for a certificate.', v[0]),
  approvesCertificate: (v) => vscode.l10n.t('Decides about a certificate of {0} for {1}.', v[0], v[1]),
  deniesCertificate: () => vscode.l10n.t('Denies it, for good.'),
  certificateUser: (v) => vscode.l10n.t('To the API server, its holder is user {0}, in groups {1}.', v[0], v[1]),
  certificateSubject: (v) => vscode.l10n.t('Its subject is {0}.', v[0]),
  certificateMasters: (v) =>
    vscode.l10n.t('Group {0} may do everything in the cluster, and a certificate cannot be revoked.', v[0]),
  certificateNames: (v) => vscode.l10n.t('It stands for the names {0}.', v[0]),
  certificateUses: (v) => vscode.l10n.t('It is for {0}, and is asked for {1}.', v[0], v[1]),
  certificateUsesLong: (v) => vscode.l10n.t('It is for {0}, for as long as the signer likes.', v[0]),
  certificateUnread: () => vscode.l10n.t('What it would certify cannot be read from the request.'),
  resizes: (v) => vscode.l10n.t('Container {0}: {1} becomes {2}.', v[0], v[1], v[2]),
  restartsContainer: (v) =>
    vscode.l10n.t('Container {0} is restarted for it, as its resizePolicy for {1} says.', v[0], v[1]),
  displaces: (v) => vscode.l10n.t('Pods of this class ({0}) displace pods of a lower priority.', v[0]),
  namespaceLabels: (v) =>
    vscode.l10n.t('Changes labels of the namespace, by which policies decide what may run there: {0}.', v[0]),
  privileged: (v) => vscode.l10n.t('Container {0} runs privileged: it can do on the node whatever root can.', v[0]),
  unconfined: (v) => vscode.l10n.t('Container {0} is less confined than others: {1}.', v[0], v[1]),
  onHost: (v) => vscode.l10n.t('Its pods share with the node: {0}.', v[0]),
  hostPath: (v) => vscode.l10n.t('Its pods see the folder {0} of the node.', v[0]),
  actsAs: (v) => vscode.l10n.t('Its pods act as ServiceAccount {0}.', v[0]),
  readsSecret: (v) => vscode.l10n.t('It reads Secret {0}.', v[0]),
  policyReads: (v) =>
    vscode.l10n.t('A policy reads {0} for its decisions, and its messages may tell what is in them.', v[0]),
  tokenFor: (v) => vscode.l10n.t('It gets a token of ServiceAccount {0}.', v[0]),
  contentGoes: (v) => vscode.l10n.t('With it goes what is in it: {0}.', v[0]),
  objectsGo: (v) => vscode.l10n.t('With it go all objects of its kind: {0}.', v[0]),
  dependentsGo: (v) => vscode.l10n.t('What it owns goes with it: {0}.', v[0]),
  dependentsStay: (v) => vscode.l10n.t('What it owns stays, and has no owner any more: {0}.', v[0]),
  volumeGoes: (v) => vscode.l10n.t('Its volume {0} goes with it, with all data: its reclaimPolicy is Delete.', v[0]),
  waitsForVolume: (v) =>
    vscode.l10n.t(
      'It stays Pending until somebody removes the claimRef of its volume {0}, which is that of the deleted claim.',
      v[0],
    ),
  notMadeAgain: () => vscode.l10n.t('Nothing makes this pod again.'),
  lostForGood: (v) => vscode.l10n.t('Nothing makes these pods again: {0}.', v[0]),
  dataGoes: (v) => vscode.l10n.t('These pods lose the data of their emptyDir volumes: {0}.', v[0]),
  heldByBudget: (v) => vscode.l10n.t('PodDisruptionBudgets hold these pods back now: {0}.', v[0]),
  noRoom: (v) => vscode.l10n.t('No other node takes these pods: {0}.', v[0]),
  notLookedAt: (v) => vscode.l10n.t('Not looked at: {0}.', v[0]),
  heldBack: (v) => vscode.l10n.t('It stays until those who set its finalizers remove them: {0}.', v[0]),
  notCounted: (v) => vscode.l10n.t('Not counted: {0}.', v[0]),
  notTried: () =>
    vscode.l10n.t('Not tried yet: it needs an object of the same manifest first, and is shown again then.'),
  madeUp: (v) =>
    vscode.l10n.t('The chart makes this up anew each time, so another value is written than is shown here: {0}.', v[0]),
  whiteSpace: () => vscode.l10n.t('Some lines differ in white space only.'),
};
