import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import { whichTarget } from '../../browse/questions.ts';
import type { Target } from '../../targets/targets.ts';
import type { App } from './app.ts';

/** The target of a command: the only one, or one the user chooses. */
export async function chooseTarget(app: App, title: string): Promise<Target | undefined> {
  const targets = await app.targets.all();
  if (targets.length === 1) return targets[0];
  const picker = new Picker(app.log);
  try {
    const target = await picker.choose(whichTarget(title, targets));
    return target === BACK || target === CANCELLED ? undefined : target;
  } finally {
    picker.dispose();
  }
}
