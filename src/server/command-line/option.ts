/** A command-line option: a string, a list of strings, a boolean that takes true or false, or a bare flag. */
export interface Option {
  type: 'text' | 'list' | 'switch' | 'flag';
  /** Its value's placeholder in `--help`. */
  value?: string | undefined;
  default?: string | undefined;
  help: string;
}

/** Options by name. */
export type Options = Readonly<Record<string, Option>>;

/** The options in the form that `parseArgs` takes. */
export type Arguments<Of extends Options> = {
  [Name in keyof Of]: Of[Name] extends { type: 'list' }
    ? { type: 'string'; multiple: true }
    : Of[Name] extends { type: 'flag' }
      ? { type: 'boolean' }
      : { type: 'string' };
};

/** What `parseArgs` returns for them. */
export type Values<Of extends Options> = {
  [Name in keyof Of]?: Of[Name] extends { type: 'list' }
    ? string[]
    : Of[Name] extends { type: 'flag' }
      ? boolean
      : string;
};

/** Column where the descriptions start. */
const HELP_COLUMN = 24;

/** Converts the options for `parseArgs`. */
export function argumentsOf<const Of extends Options>(options: Of): Arguments<Of> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type }]) => [
      name,
      type === 'flag' ? { type: 'boolean' } : type === 'list' ? { type: 'string', multiple: true } : { type: 'string' },
    ]),
  ) as Arguments<Of>;
}

/** The options' lines in `--help`. */
export function helpOf(options: Options): string {
  return Object.entries(options)
    .map(([name, { type, value, default: usual, help }]) => {
      const head = `--${name}${type === 'switch' ? '=<bool>' : value ? ` ${value}` : ''}`;
      return `  ${head.padEnd(HELP_COLUMN)} ${help}${usual === undefined ? '' : ` (default: ${usual})`}\n`;
    })
    .join('');
}
