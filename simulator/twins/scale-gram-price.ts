/**
 * The half of a Gram ZFOC or ACLaS scale that takes a unit price and shows an amount.
 *
 *   44 opens, 33 00 00 00 00 CD closes; in between: cmd type adr adr len data chk
 *   11 begins · 77 F9 … sets the unit price (four bytes, hundredths) · each answered with 02
 *   chk: all bytes add up to 00
 *   DC2 → SOH [STX total BCC ETX] [STX STA SIGN weight unit BCC ETX] [STX price BCC ETX] EOT
 *
 * Source: Gram ZFOC manual pp. 40–42, 53; Ohaus Aviator 7000 service manual (order of the blocks).
 */

const OPEN = 0x44;
const HEAD_BYTES = 5;

export interface PriceSetter {
  /** Takes what is meant for it; gives back what is for the scale itself. */
  hear(bytes: Uint8Array): Uint8Array;
  unitPriceFen(): number;
}

/** @param taken says 02 */
export function createPriceSetter(taken: () => void): PriceSetter {
  let open = false;
  let price = 0;
  let held: number[] = [];
  const obey = ([command, type, ...rest]: number[]): void => {
    const right =
      [command ?? 0, type ?? 0, ...rest].reduce((sum, each) => sum + each, 0) % 256 === 0;
    if (!right) return;
    if (command === 0x77 && type === 0xf9)
      price = rest.slice(3, 7).reduce((sum, each) => sum * 256 + each, 0);
    if (command === 0x33) open = false;
    taken();
  };
  return {
    unitPriceFen: () => price,
    hear(bytes) {
      const others: number[] = [];
      for (const byte of bytes) {
        if (!open) {
          if (byte !== OPEN) others.push(byte);
          else {
            open = true;
            held = [];
            taken();
          }
          continue;
        }
        held.push(byte);
        if (held.length < HEAD_BYTES + 1 + (held[4] ?? 255)) continue;
        obey(held);
        held = [];
      }
      return Uint8Array.from(others);
    },
  };
}

/** One block: STX, the text, its XOR, ETX. */
function block(text: string): number[] {
  const bytes = [...Buffer.from(text, 'latin1')];
  return [0x02, ...bytes, bytes.reduce((sum, byte) => sum ^ byte, 0), 0x03];
}

const money = (fen: number): string => (fen / 100).toFixed(2).padStart(8);

/** @param weight `STA SIGN weight unit`, ten characters */
export function priceFrame(weight: string, grams: number, unitPriceFen: number): Uint8Array {
  const amountFen = Math.round((Math.max(0, grams) * unitPriceFen) / 1000);
  const blocks = [money(amountFen), weight, money(unitPriceFen)].flatMap(block);
  return Uint8Array.of(0x01, ...blocks, 0x04);
}
