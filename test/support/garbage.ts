import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Lets V8 collect what nothing holds; in a turn of its own, as WeakRefs hold on until the end of theirs. */
export async function collected(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await new Promise((resolve) => setImmediate(resolve));
  runInNewContext('gc')();
}
