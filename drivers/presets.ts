/**
 * Questions that change nothing, by driver: what a technician may put on a wire by hand without
 * another word. Each stands in the driver's golden file as the host's, with its source.
 */
import { say, type Text } from './say.ts';

export interface Preset {
  name: string;
  hex: string;
  about: Text;
}

const preset = (name: string, hex: string, about: Text): Preset => ({ name, hex, about });

/** Sends nothing, and tells what comes by itself. */
export const LISTEN = preset('listen', '', say('只听', 'Listen only'));

const WEIGHT = say('问重量', 'Ask for the weight');
const STATUS = say('问状态', 'Ask for the status');

const OF: Record<string, Preset[]> = {
  'enq-dc1': [preset('enq', '05', say('在吗', 'Are you there')), preset('weight', '11', WEIGHT)],
  'mt-sics': [
    preset('weight', '53 49 0D 0A', WEIGHT),
    preset('serial', '49 34 0D 0A', say('问序列号', 'Ask for the serial number')),
  ],
  'toledo-8217': [preset('weight', '57', WEIGHT)],
  nci: [preset('weight', '57 0D', WEIGHT), preset('status', '53 0D', STATUS)],
  'dialog-06': [preset('status', '04 02 30 38 03', STATUS)],
  'dialog-02-04': [preset('status', '04 02 30 38 03', STATUS)],
  escpos: [
    preset('status', '10 04 01', STATUS),
    preset('cause', '10 04 02', say('为什么离线', 'Why it is off-line')),
    preset('error', '10 04 03', say('什么错误', 'Which error')),
    preset('paper', '10 04 04', say('还有纸吗', 'Is there paper')),
  ],
  tspl: [preset('status', '1B 21 3F', STATUS)],
  'lock-8a': [preset('status', '80 01 01 33 B3', say('1 号板 1 号锁', 'Board 1, lock 1'))],
  'kerong-cu': [preset('status', '02 00 30 03 35', say('0 号板', 'Board 0'))],
  'modbus-shelf': [preset('weight', '01 03 00 00 00 02 C4 0B', say('1 号从站', 'Slave 1'))],
  'modbus-cooler': [preset('temperature', '0A 03 01 00 00 01 84 8D', say('10 号从站', 'Slave 10'))],
};

export const presetsOf = (driver: string): Preset[] => [...(OF[driver] ?? []), LISTEN];

/** Drivers that have any, for the test. */
export const PRESET_DRIVERS = Object.keys(OF);
