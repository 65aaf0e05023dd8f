/** One option of the command line: a text, several of them, a switch that takes true or false, or a flag that is there or not. */
export interface Option {
  type: 'text' | 'list' | 'switch' | 'flag';
  /** What it takes, for `--help`. */
  value?: string | undefined;
  default?: string | undefined;
  help: string;
}

/** Options by their names. */
export type Options = Readonly<Record<string, Option>>;

/** The options as `parseArgs` takes them. */
export type Arguments<Of extends Options> = {
  [Name in keyof Of]: Of[Name] extends { type: 'list' }
    ? { type: 'string'; multiple: true }
    : Of[Name] extends { type: 'flag' }
      ? { type: 'boolean' }
      : { type: 'string' };
};

/** What `parseArgs` gives for them. */
export type Values<Of extends Options> = {
  [Name in keyof Of]?: Of[Name] extends { type: 'list' }
    ? string[]
    : Of[Name] extends { type: 'flag' }
      ? boolean
      : string;
};

/** Where the explanations start. */
const HELP_COLUMN = 24;

/** The options for `parseArgs`. */
export function argumentsOf<const Of extends Options>(options: Of): Arguments<Of> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type }]) => [
      name,
      type === 'flag' ? { type: 'boolean' } : type === 'list' ? { type: 'string', multiple: true } : { type: 'string' },
    ]),
  ) as Arguments<Of>;
}

/** The lines of `--help` about the options. */
export function helpOf(options: Options): string {
  return Object.entries(options)
    .map(([name, { type, value, default: usual, help }]) => {
      const head = `--${name}${type === 'switch' ? '=<bool>' : value ? ` ${value}` : ''}`;
      return `  ${head.padEnd(HELP_COLUMN)} ${help}${usual === undefined ? '' : ` (default: ${usual})`}\n`;
    })
    .join('');
}
