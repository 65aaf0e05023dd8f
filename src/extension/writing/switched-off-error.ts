import * as vscode from 'vscode';
import { RefusedError } from '../../kubernetes/errors.ts';
import { settingOf } from '../../kubernetes/policy.ts';
import type { Change } from '../../kubernetes/writes/change.ts';

/** A write that a switch does not allow; the human can turn the switch on. */
export class SwitchedOffError extends RefusedError {
  override name = 'SwitchedOffError';
  /** The full name of the setting. */
  readonly setting: string;

  constructor(access: Change['access']) {
    const setting = settingOf(access);
    super(
      vscode.l10n.t(
        'This workspace does not allow it: the setting {0} is off. It holds for you as it does for agents.',
        setting,
      ),
    );
    this.setting = setting;
  }
}
