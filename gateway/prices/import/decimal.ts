const NUMBER = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i;

/** A price list has so many decimals of a USD (`prices/grammar.ts`). */
const DECIMALS = 6;

/**
 * A number of JSON as a plain decimal, times a power of ten, to the last digit: no amount passes through a float.
 * @param text as it stands in the file, such as `1.25e-06`
 * @returns undefined for what is negative, no number, or has more decimals than a price list takes
 */
export function shiftDecimal(text: string, tens: number): string | undefined {
  const [whole, before = '', after = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = before + after;
  const point = before.length + Number(exponent) + tens;
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0').padEnd(point, '0');
  const at = Math.max(1, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const fraction = padded.slice(at).replace(/0+$/, '');
  if (fraction.length > DECIMALS) return undefined;
  return fraction === '' ? integer : `${integer}.${fraction}`;
}
