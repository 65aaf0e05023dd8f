import { styleText } from 'node:util';

/** Does a part of the work under a title, with the seconds that it took. */
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

/** Something that happens meanwhile. */
export function detail(line: string): void {
  console.log(styleText('dim', `    ${line}`));
}
