/** `yike trace show | replay | export | test`: a trace file, looked at and used without a device. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trace } from '../../../drivers/trace/ytrace.ts';
import { type Answer, type Call, EXIT, failed, good, say, usage } from '../command.ts';
import { notWritten } from '../out-file.ts';
import { refusedWith } from './talk.ts';

export const FORMATS = ['ytrace', 'pcapng', 'txt'];

export function formatOf({ flags }: Call, out: string): string | undefined {
  const wanted = flags.format ?? FORMATS.find((each) => out.endsWith(`.${each}`)) ?? 'ytrace';
  return FORMATS.includes(String(wanted)) ? String(wanted) : undefined;
}

/** The trace file of the first word; every other command is told how to make one. */
function fileOf(
  call: Call,
  verb: string,
): { ok: true; value: { file: string; text: string } } | { ok: false; answer: Answer } {
  const [file] = call.words;
  if (file === undefined)
    return {
      ok: false,
      answer: usage('哪个文件？', 'Which file?', `yike trace ${verb} scale-1.ytrace`),
    };
  try {
    return { ok: true, value: { file, text: readFileSync(file, 'utf8') } };
  } catch (error) {
    const why = (error as Error).message;
    const message = say(`读不了 ${file}（${why}）`, `Cannot read ${file} (${why})`);
    const hint = say('yike trace record 录一份', 'Record one with `yike trace record`');
    return { ok: false, answer: failed(EXIT.noExist, { code: 'E_NOEXIST', message, hint }) };
  }
}

/** Seconds before and after `--around`. */
const AROUND_S = 5;
const DAY_S = 86_400;

/** The entries within five seconds of a time of day; undefined where that is none. */
function around({ header, entries }: Trace, text: string): Trace['entries'] | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const wantedS = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  const startMs = Date.parse(header.startedAt);
  const firstUs = entries[0]?.tUs ?? 0;
  return entries.filter(({ tUs }) => {
    const at = new Date(startMs + (tUs - firstUs) / 1000);
    const ofDayS = at.getHours() * 3600 + at.getMinutes() * 60 + at.getSeconds();
    const apartS = Math.abs(ofDayS - wantedS);
    return Math.min(apartS, DAY_S - apartS) <= AROUND_S;
  });
}

export async function traceShow(call: Call): Promise<Answer> {
  const given = fileOf(call, 'show');
  if (!given.ok) return given.answer;
  const { meaningWords, readTrace, textLines } = await import('../../devices/trace-view.ts');
  const read = readTrace(given.value.text);
  if (!read.ok) return refusedAnswer(read);
  const { trace } = read.value;
  const { hex, around: when } = call.flags;
  const near = when === undefined ? trace.entries : around(trace, String(when));
  if (near === undefined)
    return usage('--around 写成 15:01:12', '--around is like 15:01:12', 'yike trace show a.ytrace');
  const entries = hex
    ? near.filter(({ direction }) => direction.length === 2 && direction !== 'ev')
    : near;
  const words = meaningWords(trace.header.driver, trace.header.options, trace.entries);
  const lines = textLines({ ...trace, entries }, words);
  return good({ header: trace.header, entries: entries.length }, lines);
}

const refusedAnswer = (outcome: Parameters<typeof refusedWith>[0]): Answer => {
  const refused = refusedWith(outcome);
  return refused.ok ? good({}, []) : refused.answer;
};

const SPEEDS: Record<string, number> = { max: 0, '1x': 1, '10x': 10 };

/** Lines of `--expect`: one event as JSON a line, or a JSON array of them. */
function expectedIn(file: string): string[] {
  const text = readFileSync(file, 'utf8').trim();
  const each = text.startsWith('[') ? (JSON.parse(text) as object[]) : undefined;
  return each ? each.map((event) => JSON.stringify(event)) : text.split('\n').filter(Boolean);
}

export async function traceReplay(call: Call): Promise<Answer> {
  const given = fileOf(call, 'replay');
  if (!given.ok) return given.answer;
  const { readTrace, replayText } = await import('../../devices/trace-view.ts');
  const { driver, speed: asked = 'max', expect } = call.flags;
  const speed = SPEEDS[String(asked)];
  if (speed === undefined)
    return usage(
      `--speed 是 ${Object.keys(SPEEDS).join('、')}`,
      `--speed is ${Object.keys(SPEEDS).join(', ')}`,
      'yike trace replay a.ytrace --speed 10x',
    );
  const replayed = await replayText(
    given.value.text,
    typeof driver === 'string' ? driver : undefined,
  );
  if (!replayed.ok) return refusedAnswer(replayed);
  const wanted = typeof expect === 'string' ? expectedIn(expect) : undefined;
  const compared = wanted ? heldAgainst(replayed.value, wanted) : replayed.value;
  const read = readTrace(given.value.text);
  if (speed > 0 && read.ok) await paced(call, read.value.trace, speed);
  return replaySaid(call, compared);
}

interface Replayed {
  sessions: number;
  expected: string[];
  got: string[];
  differences: string[];
  fromTheMiddle: boolean;
}

/** What the driver says today against a file of what it should say. */
function heldAgainst(replayed: Replayed, expected: string[]): Replayed {
  const { got } = replayed;
  const differences = Array.from({ length: Math.max(got.length, expected.length) }, (_, at) =>
    got[at] === expected[at] ? [] : [`${at + 1}: ${expected[at] ?? '-'} → ${got[at] ?? '-'}`],
  ).flat();
  return { ...replayed, expected, differences, fromTheMiddle: false };
}

/** What happened then, at the pace it happened, to stderr. */
async function paced(call: Call, { entries }: Trace, speed: number): Promise<void> {
  let lastUs = entries[0]?.tUs ?? 0;
  for (const { direction, tUs, bytes } of entries) {
    if (call.signal.aborted) return;
    await sleep((tUs - lastUs) / 1000 / speed, undefined, { signal: call.signal }).catch(
      () => undefined,
    );
    lastUs = tUs;
    const text = Buffer.from(bytes).toString('utf8');
    if (direction === 'ev' || direction === 'note') call.say(say(text, text));
  }
}

function replaySaid(call: Call, replayed: Replayed): Answer {
  const { differences, expected, got, sessions, fromTheMiddle } = replayed;
  const zh = call.language === 'zh';
  const lines = [
    ...got.map((line, at) => `${expected[at] === line || fromTheMiddle ? '=' : '≠'} ${line}`),
    zh
      ? `${sessions} 次连接，${got.length} 件事，${differences.length} 处不同`
      : `${sessions} connection(s), ${got.length} events, ${differences.length} difference(s)`,
    ...differences.map((each) => `  ${each}`),
  ];
  if (differences.length === 0) return good(replayed, lines);
  const message = say(
    `驱动现在说的和当时不同（${differences.length} 处）`,
    `The driver says something else today (${differences.length})`,
  );
  const hint = say('用 yike trace test 做成测试', 'Make it a test with `yike trace test`');
  const error = { code: 'E_DIFFERS', message, hint };
  return { ...failed(EXIT.verification, error, replayed), lines };
}

/** Converts a trace file to pcapng or text. */
export async function traceExport(call: Call): Promise<Answer> {
  const given = fileOf(call, 'export');
  if (!given.ok) return given.answer;
  const { fileOf: render, readTrace } = await import('../../devices/trace-view.ts');
  const { file, text } = given.value;
  const out =
    typeof call.flags.out === 'string' ? call.flags.out : `${file.replace(/\.ytrace$/, '')}.pcapng`;
  const format = formatOf(call, out);
  if (format === undefined)
    return usage(
      `--format 是 ${FORMATS.join('、')}`,
      `--format is ${FORMATS.join(', ')}`,
      'yike trace export a.ytrace -o a.pcapng',
    );
  const read = readTrace(text);
  if (!read.ok) return refusedAnswer(read);
  const bytes = render(read.value.trace, format as 'pcapng');
  return (
    notWritten(out, bytes) ??
    good({ file: out, bytes: bytes.length }, [`${out}  ${bytes.length} B`])
  );
}

/** Golden lines, the trace and a test that replays it, in one folder. */
export async function traceTest(call: Call): Promise<Answer> {
  const given = fileOf(call, 'test');
  if (!given.ok) return given.answer;
  const { goldenText, readTrace } = await import('../../devices/trace-view.ts');
  const { testOf } = await import('../../../drivers/trace/make-test.ts');
  const read = readTrace(given.value.text);
  const golden = goldenText(given.value.text);
  if (!read.ok || !golden.ok) return refusedAnswer(read.ok ? golden : read);
  const folder = resolve(
    typeof call.flags.out === 'string' ? call.flags.out : dirname(given.value.file),
  );
  const name = basename(given.value.file).replace(/\.ytrace$/, '');
  const drivers = relative(folder, resolve('drivers')).replaceAll('\\', '/') || '.';
  const files = [`${name}.ytrace`, `${name}.golden.txt`, `${name}.test.ts`].map((each) =>
    join(folder, each),
  );
  const bodies = [
    given.value.text,
    golden.value.text,
    testOf(read.value.trace, `${name}.ytrace`, drivers),
  ];
  for (const [at, file] of files.entries()) {
    const failure = notWritten(file, bodies[at] ?? '', { folder: true });
    if (failure) return failure;
  }
  return good({ files, lines: golden.value.lines, leftOut: golden.value.leftOut }, [
    ...files,
    call.language === 'zh'
      ? `${golden.value.lines} 行金样字节`
      : `${golden.value.lines} golden lines`,
  ]);
}
