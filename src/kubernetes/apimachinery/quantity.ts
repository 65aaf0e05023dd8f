/** Powers of ten. */
const DECIMAL: ReadonlyMap<string, number> = new Map(
  Object.entries({ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }),
);
/** Powers of two. */
const BINARY: ReadonlyMap<string, number> = new Map(Object.entries({ Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }));

/** A quantity such as `250m`, `2`, `128Mi` or `1e3` as a number (cores, bytes); undefined for anything else. */
export function parseQuantity(text: unknown): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.exec(String(text));
  if (!match) return undefined;
  const [, digits, suffix = ''] = match;
  const binary = BINARY.get(suffix);
  if (binary !== undefined) return Number(digits) * 2 ** binary;
  // Read as one decimal number, as a product would be rounded twice: 570m is 0.57.
  const decimal = DECIMAL.get(suffix);
  return Number(`${digits}${decimal === undefined ? suffix : `e${decimal}`}`);
}

/** Cores in the usual form: `250m`, and whole cores as `2`. */
export function cpuText(cores: number): string {
  const millicores = Math.round(cores * 1000);
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** Bytes in the usual form: `96Mi`, `1Gi`, `15.6Gi`. */
export function memoryText(bytes: number): string {
  const unit = bytes >= 2 ** 40 ? 'Ti' : bytes >= 2 ** 30 ? 'Gi' : bytes >= 2 ** 20 ? 'Mi' : 'Ki';
  const size = bytes / 2 ** (BINARY.get(unit) ?? 0);
  return `${size < 100 && unit !== 'Ki' ? Math.round(size * 10) / 10 : Math.round(size)}${unit}`;
}

/** A share in percent, without decimals: `75%`. */
export function percentText(part: number, whole = 1): string {
  return `${Math.round((100 * part) / whole)}%`;
}
