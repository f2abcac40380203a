/**
 * EVA-DTS audit files: segments of elements parted by `*`, one a line.
 *
 *   DXS*id*VA*V0/6*1      ST*001*0001      ID1*serial*model*build      ID4*decimals*currency
 *   VA1*value*count*value*count            all sales: since the start, then since the reset
 *   CA2 cash and DA2 cashless sales, laid out as VA1
 *   PA1*selection*price   PA2*count*value*count*value      of the selection before it
 *   EA2*code*since reset*since start       G85*CRC of every byte from ST up to it
 *   SE*lines from ST to SE*0001            DXE*1*1
 *
 * Values are integers in minor units. A file that is not whole gives no counter at all: it says
 * every reason why. Source: EVA-DTS 6.1.2.
 */

import type { AuditCounter, AuditSelection, VendingAudit } from '../vending.ts';
import { arcCrc } from './dex-codec.ts';

/** What is wrong with a file, and in which line of it, counted from 1. */
export interface AuditProblem {
  code:
    | 'NO_START'
    | 'NO_END'
    | 'LINE_COUNT'
    | 'CONTROL_NUMBER'
    | 'FILE_CRC'
    | 'NOT_A_SEGMENT'
    | 'NOT_A_NUMBER'
    | 'NO_SELECTION'
    | 'TWICE';
  line: number;
  zh: string;
  en: string;
}

export type ParsedAudit =
  | { ok: true; audit: VendingAudit }
  | { ok: false; problems: AuditProblem[] };

export interface Segment {
  id: string;
  elements: string[];
  /** Line number, from 1. */
  line: number;
}

const SEGMENT = /^([A-Z][A-Z0-9]{1,3})((?:\*[^*]*)*)$/;
/** Twelve digits of minor units are more than any machine ever sold. */
const NUMBER = /^\d{1,12}$/;

/** One line as a segment; undefined where it is none. */
export function segmentOf(text: string, line = 1): Segment | undefined {
  const [, id, rest = ''] = SEGMENT.exec(text) ?? [];
  if (id === undefined) return undefined;
  return { id, elements: rest === '' ? [] : rest.slice(1).split('*'), line };
}

/** The lines of a whole audit, or of as much of it as came. */
export function auditLinesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

interface Reading {
  audit: VendingAudit;
  problems: AuditProblem[];
  /** The selection that the next PA2 belongs to. */
  at: AuditSelection | undefined;
}

function wrong(
  reading: Pick<Reading, 'problems'>,
  code: AuditProblem['code'],
  line: number,
  zh: string,
  en: string,
): undefined {
  reading.problems.push({ code, line, zh, en });
}

/** Element `index` from 1 as a whole number; undefined, and told, where it is none. */
function number(reading: Reading, { id, elements, line }: Segment, index: number) {
  const text = elements[index - 1] ?? '';
  if (NUMBER.test(text)) return Number(text);
  const place = `${id}${String(index).padStart(2, '0')}`;
  return wrong(
    reading,
    'NOT_A_NUMBER',
    line,
    `第 ${line} 行 ${place} 不是整数：「${text}」`,
    `line ${line}: ${place} is no whole number: "${text}"`,
  );
}

/** Two elements as a total; the order differs from segment to segment. */
function total(reading: Reading, segment: Segment, value: number, count: number) {
  const valueMinor = number(reading, segment, value);
  const counted = number(reading, segment, count);
  if (valueMinor === undefined || counted === undefined) return undefined;
  return { count: counted, valueMinor };
}

function counter(
  reading: Reading,
  segment: Segment,
  [value, count]: [number, number],
): AuditCounter | undefined {
  const sinceStart = total(reading, segment, value, count);
  // A machine without a second pair says nothing of its reset.
  const hasReset = (segment.elements[2] ?? '') !== '' || (segment.elements[3] ?? '') !== '';
  const sinceReset = hasReset ? total(reading, segment, value + 2, count + 2) : undefined;
  if (sinceStart === undefined) return undefined;
  return { sinceStart, ...(sinceReset && { sinceReset }) };
}

const VALUE_FIRST: [number, number] = [1, 2];
const COUNT_FIRST: [number, number] = [2, 1];
const text = (value: string | undefined) => (value?.trim() ? value.trim() : undefined);

type Read = (reading: Reading, segment: Segment) => void;

/** All sales of a kind; a second one of the kind would count them twice. */
const all =
  (name: 'sales' | 'cash' | 'cashless'): Read =>
  (reading, segment) => {
    const { id, line } = segment;
    if (reading.audit[name] !== undefined)
      return wrong(
        reading,
        'TWICE',
        line,
        `第 ${line} 行又是一个 ${id}`,
        `line ${line}: a second ${id}`,
      );
    const told = counter(reading, segment, VALUE_FIRST);
    if (told !== undefined) reading.audit[name] = told;
  };

const READERS: Record<string, Read> = {
  ID1({ audit }, { elements: [serial, model, build] }) {
    const told = { serialNumber: text(serial), model: text(model), build: text(build) };
    for (const [name, value] of Object.entries(told))
      if (value !== undefined) Object.assign(audit, { [name]: value });
  },
  ID4(reading, segment) {
    const decimals = number(reading, segment, 1);
    const currency = text(segment.elements[1]);
    if (decimals !== undefined) reading.audit.decimals = decimals;
    if (currency !== undefined) reading.audit.currency = currency;
  },
  VA1: all('sales'),
  CA2: all('cash'),
  DA2: all('cashless'),
  PA1(reading, segment) {
    const selection = text(segment.elements[0]) ?? '';
    const priced = text(segment.elements[1]) !== undefined;
    const priceMinor = priced ? number(reading, segment, 2) : undefined;
    reading.at = {
      ...{ selection, sinceStart: { count: 0, valueMinor: 0 } },
      ...(priceMinor !== undefined && { priceMinor }),
    };
    reading.audit.selections.push(reading.at);
  },
  PA2(reading, segment) {
    const { line } = segment;
    const { at } = reading;
    if (at === undefined)
      return wrong(
        reading,
        'NO_SELECTION',
        line,
        `第 ${line} 行 PA2 前面没有 PA1，不知道是哪个货道`,
        `line ${line}: a PA2 with no PA1 before it belongs to no selection`,
      );
    Object.assign(at, counter(reading, segment, COUNT_FIRST));
  },
  EA2(reading, segment) {
    const code = text(segment.elements[0]) ?? '';
    const index = (segment.elements[2] ?? '') === '' ? 2 : 3;
    const count = number(reading, segment, index);
    if (count !== undefined) reading.audit.events.push({ code, count });
  },
};

/** Segments that say nothing of sales, or that are checked elsewhere. */
const FRAME = new Set(['DXS', 'ST', 'G85', 'SE', 'DXE']);

/**
 * Everything the lines say, or every reason why they are no whole audit.
 * @param checkFileCrc false for machines that cover other bytes with their G85
 */
export function parseAudit(lines: readonly string[], checkFileCrc = true): ParsedAudit {
  const reading: Reading = {
    audit: { decimals: 2, selections: [], events: [], unread: [] },
    problems: [],
    at: undefined,
  };
  const segments = lines.flatMap((line, index) => {
    const segment = segmentOf(line, index + 1);
    if (segment !== undefined) return [segment];
    const shown = line.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
    wrong(
      reading,
      'NOT_A_SEGMENT',
      index + 1,
      `第 ${index + 1} 行不是 EVA-DTS：「${shown}」`,
      `line ${index + 1} is no segment: "${shown}"`,
    );
    return [];
  });
  frameProblems(reading, segments, lines, checkFileCrc);
  const unread = new Set<string>();
  for (const segment of segments) {
    const read = READERS[segment.id];
    if (read !== undefined) read(reading, segment);
    else if (!FRAME.has(segment.id)) unread.add(segment.id);
  }
  reading.audit.unread = [...unread].sort();
  const { problems, audit } = reading;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, audit };
}

/** Start, end, the machine's own count of lines, its control number, its sum over the file. */
function frameProblems(
  reading: Reading,
  segments: readonly Segment[],
  lines: readonly string[],
  checkFileCrc: boolean,
): void {
  const start = segments.find(({ id }) => id === 'ST');
  const end = segments.find(({ id }) => id === 'SE');
  const last = lines.length;
  if (start === undefined)
    wrong(reading, 'NO_START', 1, '没有开头 ST', 'there is no ST: the beginning is missing');
  if (end === undefined)
    wrong(
      reading,
      'NO_END',
      last,
      `没有结尾 SE，读到第 ${last} 行断了`,
      `there is no SE: it broke off after line ${last}`,
    );
  if (start !== undefined && end !== undefined) endProblems(reading, start, end);
  const sum = segments.find(({ id }) => id === 'G85');
  if (checkFileCrc && start !== undefined && sum !== undefined) {
    const covered = lines.slice(start.line - 1, sum.line - 1).map((line) => `${line}\r\n`);
    const computed = hex4(arcCrc(Buffer.from(covered.join(''), 'latin1')));
    const told = (sum.elements[0] ?? '').toUpperCase();
    if (told !== computed)
      wrong(
        reading,
        'FILE_CRC',
        sum.line,
        `文件校验 G85 是 ${told}，算出 ${computed}`,
        `the file's sum G85 is ${told}; ${computed} was computed`,
      );
  }
}

function endProblems(reading: Reading, start: Segment, end: Segment): void {
  const came = end.line - start.line + 1;
  const [said = '', control = ''] = end.elements;
  if (Number(said) !== came)
    wrong(
      reading,
      'LINE_COUNT',
      end.line,
      `机器说 ${said} 行，收到 ${came} 行`,
      `the machine says ${said} lines, ${came} came`,
    );
  const opened = start.elements[1] ?? '';
  if (control !== opened)
    wrong(
      reading,
      'CONTROL_NUMBER',
      end.line,
      `开头编号 ${opened}，结尾编号 ${control}，不是同一份`,
      `it begins as ${opened} and ends as ${control}: not one file`,
    );
}

const hex4 = (crc: number): string => crc.toString(16).toUpperCase().padStart(4, '0');
