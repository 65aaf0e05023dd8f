import * as vscode from 'vscode';
import type { Finding } from '../../kubernetes/diagnosis/facts/finding.ts';
import type { Health } from '../../kubernetes/diagnosis/health.ts';

/** An object's health in a word; empty for kinds without health. */
export function healthLabel({ state }: Health): string {
  switch (state) {
    case 'good':
      return vscode.l10n.t('healthy');
    case 'busy':
      return vscode.l10n.t('not ready');
    case 'bad':
      return vscode.l10n.t('failing');
    case 'done':
      return vscode.l10n.t('completed');
    case 'plain':
      return '';
  }
}

/** What a finding is, in a word. */
export function levelLabel(level: Finding['level']): string {
  switch (level) {
    case 'cause':
      return vscode.l10n.t('Cause');
    case 'symptom':
      return vscode.l10n.t('Symptom');
    case 'risk':
      return vscode.l10n.t('Risk');
  }
}
