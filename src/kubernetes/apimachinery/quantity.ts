const SUFFIXES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity such as `250m`, `2`, `128Mi` or `1e3` as a number (cores, bytes); undefined for anything else. */
export function parseQuantity(text: unknown): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.exec(String(text));
  if (!match) return undefined;
  const suffix = match[2] ?? '';
  const exponent = /^[eE][+-]?\d+$/.test(suffix);
  return exponent ? Number(`${match[1]}${suffix}`) : Number(match[1]) * (SUFFIXES[suffix] ?? 1);
}

/** Cores in the usual form: `250m`, and whole cores as `2`. */
export function cpuText(cores: number): string {
  const millicores = Math.round(cores * 1000);
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** Bytes in the usual form: `96Mi`, `1Gi`, `15.6Gi`. */
export function memoryText(bytes: number): string {
  const unit = bytes >= 2 ** 40 ? 'Ti' : bytes >= 2 ** 30 ? 'Gi' : bytes >= 2 ** 20 ? 'Mi' : 'Ki';
  const size = bytes / (SUFFIXES[unit] ?? 1);
  return `${size < 100 && unit !== 'Ki' ? Math.round(size * 10) / 10 : Math.round(size)}${unit}`;
}
