/** `yike trace`: what was on a device's wire, recorded, shown, replayed, and made into a test. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askBoxBytes } from './box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from './command.ts';
import { duration } from './duration.ts';
import { refusedWith, talkTo, withDevice } from './talk.ts';

const FORMATS = ['ytrace', 'pcapng', 'txt'];

/** `--for 30s` waits and keeps what comes; `--since 2m` keeps what was, the ring being always on. */
export async function traceRecord(call: Call): Promise<Answer> {
  const { since, out } = call.flags;
  const wait = call.flags.for === undefined ? 0 : duration(String(call.flags.for));
  const back = since === undefined ? undefined : duration(String(since));
  const example = 'yike trace record scale-1 --for 30s -o scale-1.ytrace';
  if (
    call.words[0] === undefined ||
    wait === undefined ||
    (since !== undefined && back === undefined)
  )
    return usage(
      '哪台设备？--for 30s 或 --since 2m',
      'Which device? --for 30s or --since 2m',
      example,
    );
  const format = formatOf(call, typeof out === 'string' ? out : '');
  if (format === undefined)
    return usage(`--format 是 ${FORMATS.join('、')}`, `--format is ${FORMATS.join(', ')}`, example);
  return withDevice(call, undefined, async (_, { id }) => {
    if (wait > 0) call.say(say(`正在记录 ${id} …`, `Recording ${id} …`));
    if (wait > 0) await sleep(wait, undefined, { signal: call.signal }).catch(() => undefined);
    const sinceMs = back ?? (wait > 0 ? wait : 86_400_000);
    const path = `/api/diag/devices/${id}/trace/${format}?since=${sinceMs}`;
    const asked = await askBoxBytes(call.dataDir, 'GET', path, undefined, 40_000);
    if (!asked.ok) return asked.answer;
    const file = typeof out === 'string' ? out : `${id}.${format}`;
    writeFileSync(file, asked.value, { mode: 0o600 });
    return good({ file, bytes: asked.value.length }, [`${file}  ${asked.value.length} B`]);
  });
}

/** What each device's ring holds now: it is always on, so there is nothing to start or stop. */
export async function traceList(call: Call): Promise<Answer> {
  const opened = await talkTo(call);
  if (!opened.ok) return opened.answer;
  const listed = await opened.value.list();
  await opened.value.close();
  if (!listed.ok) return listed.answer;
  const rings = listed.value.map(({ id, driver, trace }) => ({ id, driver, ...trace }));
  const rows = rings.map(({ id, driver, ...extent }) => [
    id,
    driver,
    ...Object.values(extent).map(String),
  ]);
  const names = Object.keys(listed.value[0]?.trace ?? {}).map((name) => name.toUpperCase());
  return good({ rings }, table([['ID', 'DRIVER', ...names], ...rows]));
}

function formatOf({ flags }: Call, out: string): string | undefined {
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

export async function traceShow(call: Call): Promise<Answer> {
  const given = fileOf(call, 'show');
  if (!given.ok) return given.answer;
  const { meaningWords, readTrace, textLines } = await import('../devices/trace-view.ts');
  const read = readTrace(given.value.text);
  if (!read.ok) return refusedAnswer(read);
  const { trace } = read.value;
  const words = meaningWords(trace.header.driver, trace.header.options, trace.entries);
  return good({ header: trace.header, entries: trace.entries.length }, textLines(trace, words));
}

const refusedAnswer = (outcome: Parameters<typeof refusedWith>[0]): Answer => {
  const refused = refusedWith(outcome);
  return refused.ok ? good({}, []) : refused.answer;
};

export async function traceReplay(call: Call): Promise<Answer> {
  const given = fileOf(call, 'replay');
  if (!given.ok) return given.answer;
  const { replayText } = await import('../devices/trace-view.ts');
  const driver = typeof call.flags.driver === 'string' ? call.flags.driver : undefined;
  const replayed = await replayText(given.value.text, driver);
  if (!replayed.ok) return refusedAnswer(replayed);
  const { differences, expected, got, sessions, fromTheMiddle } = replayed.value;
  const zh = call.language === 'zh';
  const lines = [
    ...got.map((line, at) => `${expected[at] === line || fromTheMiddle ? '=' : '≠'} ${line}`),
    zh
      ? `${sessions} 次连接，${got.length} 件事，${differences.length} 处不同`
      : `${sessions} connection(s), ${got.length} events, ${differences.length} difference(s)`,
    ...differences.map((each) => `  ${each}`),
  ];
  if (differences.length === 0) return good(replayed.value, lines);
  const message = say(
    `驱动现在说的和当时不同（${differences.length} 处）`,
    `The driver says something else today (${differences.length})`,
  );
  const hint = say('用 yike trace test 做成测试', 'Make it a test with `yike trace test`');
  return {
    ...failed(EXIT.verification, { code: 'E_DIFFERS', message, hint }, replayed.value),
    lines,
  };
}

/** Converts a trace file to pcapng or text. */
export async function traceExport(call: Call): Promise<Answer> {
  const given = fileOf(call, 'export');
  if (!given.ok) return given.answer;
  const { fileOf: render, readTrace } = await import('../devices/trace-view.ts');
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
  writeFileSync(out, bytes);
  return good({ file: out, bytes: bytes.length }, [`${out}  ${bytes.length} B`]);
}

/** Golden lines, the trace and a test that replays it, in one folder. */
export async function traceTest(call: Call): Promise<Answer> {
  const given = fileOf(call, 'test');
  if (!given.ok) return given.answer;
  const { goldenText, readTrace } = await import('../devices/trace-view.ts');
  const { testOf } = await import('../../drivers/trace/make-test.ts');
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
  for (const [at, file] of files.entries()) writeFileSync(file, bodies[at] ?? '');
  return good({ files, lines: golden.value.lines, leftOut: golden.value.leftOut }, [
    ...files,
    call.language === 'zh'
      ? `${golden.value.lines} 行金样字节`
      : `${golden.value.lines} golden lines`,
  ]);
}
