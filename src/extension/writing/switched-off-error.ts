import * as vscode from 'vscode';
import { RefusedError } from '../../kubernetes/apimachinery/errors.ts';
import { fullName, type Switch, settingOfSwitch } from '../../settings.ts';
import type { Withheld } from '../targets/provided-by-workspace.ts';

/** A write that a switch forbids; the user can turn the switch on. */
export class SwitchedOffError extends RefusedError {
  override name = 'SwitchedOffError';
  /** The full name of the setting. */
  readonly setting: string;
  /** It is on, but only in the workspace's settings, without the user's consent. */
  readonly isWithheld: boolean;

  constructor(needed: Switch, withheld: readonly Withheld[]) {
    const setting = fullName(settingOfSwitch(needed));
    const isWithheld = withheld.some((one) => 'setting' in one && setting === fullName(one.setting));
    super(
      isWithheld
        ? vscode.l10n.t('The settings of this workspace turn {0} on, and you have not agreed to that.', setting)
        : vscode.l10n.t(
            'This workspace does not allow it: the setting {0} is off. It holds for you as it does for agents.',
            setting,
          ),
    );
    this.setting = setting;
    this.isWithheld = isWithheld;
  }
}
