/** A vending machine's own books, and the EVA-DTS audit it writes of them. Source: EVA-DTS 6.1.2. */
export interface Slot {
  selection: string;
  priceMinor: number;
  count: number;
  valueMinor: number;
}

/** The machine's own books. */
export interface VendingBooks {
  serialNumber: string;
  slots: Slot[];
  cash: { count: number; valueMinor: number };
  cashless: { count: number; valueMinor: number };
}

export function createBooks(serialNumber: string, prices: Record<string, number>): VendingBooks {
  const slots = Object.entries(prices).map(([selection, priceMinor]) => ({
    ...{ selection, priceMinor, count: 0, valueMinor: 0 },
  }));
  const nothing = { count: 0, valueMinor: 0 };
  return { serialNumber, slots, cash: { ...nothing }, cashless: { ...nothing } };
}

/** One thing is sold. */
export function vend(books: VendingBooks, index: number, by: 'cash' | 'cashless'): void {
  const slot = books.slots[index];
  if (slot === undefined) return;
  for (const total of [slot, books[by]]) {
    total.count += 1;
    total.valueMinor += slot.priceMinor;
  }
}

export function crc16(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** The audit file, each line with its CR LF. */
export function auditLines(books: VendingBooks, miscount = false): string[] {
  const { serialNumber, slots, cash, cashless } = books;
  const count = cash.count + cashless.count;
  const value = cash.valueMinor + cashless.valueMinor;
  const body = [
    'ST*001*0001',
    `ID1*${serialNumber}*YK-20*0105`,
    'ID4*2*156',
    `VA1*${value}*${count}*${value}*${count}`,
    `CA2*${cash.valueMinor}*${cash.count}*${cash.valueMinor}*${cash.count}`,
    `DA2*${cashless.valueMinor}*${cashless.count}*${cashless.valueMinor}*${cashless.count}`,
    ...slots.flatMap((slot) => [
      `PA1*${slot.selection}*${slot.priceMinor}`,
      `PA2*${slot.count}*${slot.valueMinor}*${slot.count}*${slot.valueMinor}`,
    ]),
    'EA2*EJL*0*2',
  ].map((line) => `${line}\r\n`);
  const sum = crc16(Buffer.from(body.join(''), 'latin1'))
    .toString(16)
    .toUpperCase();
  const lines = body.length + 2 + (miscount ? 1 : 0);
  const tail = [`G85*${sum.padStart(4, '0')}`, `SE*${lines}*0001`, 'DXE*1*1'];
  return [`DXS*${serialNumber}*VA*V0/6*1\r\n`, ...body, ...tail.map((line) => `${line}\r\n`)];
}
