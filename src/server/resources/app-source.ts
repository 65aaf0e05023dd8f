/** The script and the style of the views; the build replaces this file with them. */
export const appSource: { script: string; style: string } = { script: '', style: '' };
