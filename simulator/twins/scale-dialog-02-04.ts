/**
 * A price-computing checkout scale of Checkout-Dialog 02 or 04: weighs as the scale of Dialog 06
 * does, wants no proof, and is particular about EOT before a record.
 *
 *   host [EOT] STX 01 ESC price ESC ETX → ACK | NAK        host ENQ → STX 02 … | NAK
 *   host [EOT] STX 08 ETX → STX 09 ESC code ETX | NAK where it has no status
 *
 * Source: Ohaus Aviator 7000 service manual pp.36-50.
 */
import type { Port } from '../port.ts';
import { type DialogTwinOptions, startScaleDialog06 } from './scale-dialog-06.ts';

const [STX, EOT, ENQ] = [0x02, 0x04, 0x05];
const STATUS_RECORD = [0x30, 0x38];
/** A record number this scale does not know, which it refuses with NAK. */
const NO_RECORD = [0x39, 0x39];

export interface Dialog0204Options extends Omit<DialogTwinOptions, 'polynomial'> {
  /** Whether EOT stands before every record; any other record is not heard. */
  eot?: boolean;
  status?: boolean;
}

/** Puts the scale on its cable. `close` silences it for good. */
export function startScaleDialog0204(port: Port, options: Dialog0204Options): { close(): void } {
  const { eot = true, status = true, ...scale } = options;
  let deaf = false;
  let before = 0;
  let record: number[] = [];
  const onBytes = (listener: (bytes: Uint8Array) => void) =>
    port.onBytes((bytes) => {
      for (const byte of bytes) {
        if (byte === STX) {
          deaf = (before === EOT) !== eot;
          record = [];
        } else record.push(byte);
        if (byte === ENQ || byte === EOT) deaf = false;
        before = byte;
        if (deaf) continue;
        const isStatus = !status && record.join() === STATUS_RECORD.join();
        // Its number was let through digit by digit: begin the record anew with another.
        listener(Uint8Array.of(...(isStatus ? [STX, ...NO_RECORD] : [byte])));
      }
    });
  return startScaleDialog06({ onBytes, write: port.write }, scale);
}
