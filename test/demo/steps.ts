import { styleText } from 'node:util';

/** Runs a titled step and prints how many seconds it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const seconds = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  console.log(`${styleText('cyan', '▸')} ${title}`);
  try {
    const result = await work();
    console.log(`${styleText('green', '  ✓')} ${seconds()}`);
    return result;
  } catch (error) {
    console.log(`${styleText('red', '  ✗')} ${seconds()}`);
    throw error;
  }
}

/** Reports progress during a step. */
export function detail(line: string): void {
  console.log(styleText('dim', `    ${line}`));
}
