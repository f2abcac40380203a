/** The bars of an EAN-13 (GS1 General Specifications, section 5.2): 95 modules, dark is `1`. */

const L = [
  ...['0001101', '0011001', '0010011', '0111101', '0100011'],
  ...['0110001', '0101111', '0111011', '0110111', '0001011'],
];
/** Which of the left six digits are of the other parity, by the first digit. */
const PARITY = [
  ...['LLLLLL', 'LLGLGG', 'LLGGLG', 'LLGGGL', 'LGLLGG'],
  ...['LGGLLG', 'LGGGLL', 'LGLGLG', 'LGLGGL', 'LGGLGL'],
];

const flipped = (modules: string): string =>
  [...modules].map((module) => (module === '1' ? '0' : '1')).join('');
const backwards = (modules: string): string => [...modules].reverse().join('');

/** Empty for anything but 13 digits. */
export function ean13Modules(digits: string): string {
  if (!/^\d{13}$/.test(digits)) return '';
  const parity = PARITY[Number(digits[0])] ?? '';
  const left = [...digits.slice(1, 7)].map((digit, at) => {
    const code = L[Number(digit)] ?? '';
    return parity[at] === 'L' ? code : backwards(flipped(code));
  });
  const right = [...digits.slice(7)].map((digit) => flipped(L[Number(digit)] ?? ''));
  return `101${left.join('')}01010${right.join('')}101`;
}
