/** `yike trace record | start | stop | mark | list`: what is on a device's wire, into a file. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askBoxBytes } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';
import { duration } from '../duration.ts';
import { notWritten } from '../out-file.ts';
import { talkTo, withDevice } from './talk.ts';
import { FORMATS, formatOf } from './trace-file.ts';

/** `--for 30s` waits and keeps what comes; `--since 2m` keeps what was, the ring being always on. */
export async function traceRecord(call: Call): Promise<Answer> {
  const { since, out } = call.flags;
  const wait = call.flags.for === undefined ? 0 : duration(String(call.flags.for));
  const back = since === undefined ? undefined : duration(String(since));
  const unclear = wait === undefined || (since !== undefined && back === undefined);
  if (call.words[0] === undefined || unclear)
    return usage(
      '哪台设备？--for 30s 或 --since 2m',
      'Which device? --for 30s or --since 2m',
      RECORD_EXAMPLE,
    );
  // Said before the wait, not after it.
  if (formatOf(call, typeof out === 'string' ? out : '') === undefined) return wrongFormat();
  return withDevice(call, undefined, async (_, { id }) => {
    if (wait > 0) call.say(say(`正在记录 ${id} …`, `Recording ${id} …`));
    if (wait > 0) await sleep(wait, undefined, { signal: call.signal }).catch(() => undefined);
    return keptAs(call, id, `since=${back ?? (wait > 0 ? wait : 86_400_000)}`);
  });
}

/** Where `trace start` notes at which line of a ring it began. */
const startsFile = ({ dataDir }: Call): string => join(dataDir, 'trace-starts.json');

function startsOf(call: Call): Record<string, number> {
  const file = startsFile(call);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
}

/** The ring is always on: `start` marks a place in it, with `--for` it waits and stops by itself. */
export async function traceStart(call: Call): Promise<Answer> {
  if (call.flags.for !== undefined) return traceRecord(call);
  if (call.words[0] === undefined)
    return usage('哪台设备？', 'Which device?', 'yike trace start scale-1');
  return withDevice(call, undefined, async (talk, { id }) => {
    const marked = await talk.act(id, { act: 'mark', why: 'start' });
    if (!marked.ok) return marked.answer;
    const seq = Number(marked.value.seq);
    writeFileSync(startsFile(call), JSON.stringify({ ...startsOf(call), [id]: seq }));
    return good({ id, seq }, [
      `${id}  ${call.language === 'zh' ? '已开始；结束：' : 'begun; end it: '}yike trace stop ${id}`,
    ]);
  });
}

export async function traceStop(call: Call): Promise<Answer> {
  if (call.words[0] === undefined)
    return usage('哪台设备？', 'Which device?', 'yike trace stop scale-1');
  return withDevice(call, undefined, async (_, { id, trace }) => {
    const { [id]: from, ...others } = startsOf(call);
    if (from === undefined)
      return failed(EXIT.illegal, {
        ...{ code: 'E_NOT_STARTED', device: id },
        message: say('没有开始过', 'It was never started'),
        hint: say(`yike trace start ${id}`, `yike trace start ${id}`),
      });
    // A ring that is younger than its mark began anew with the controller: all of it counts.
    const kept = await keptAs(call, id, `from=${from > trace.lastSeq ? 0 : from}`);
    if (!kept.error) writeFileSync(startsFile(call), JSON.stringify(others));
    return kept;
  });
}

export async function traceMark(call: Call): Promise<Answer> {
  const [id, text] = call.words;
  if (id === undefined || text === undefined)
    return usage(
      '哪台设备，写什么？',
      'Which device, and what?',
      'yike trace mark scale-1 "moved"',
    );
  return withDevice(call, undefined, async (talk, device) => {
    const marked = await talk.act(device.id, { act: 'mark', why: text });
    return marked.ok ? good({ id: device.id, ...marked.value }, [text]) : marked.answer;
  });
}

/** A device's wire as a file here. */
async function keptAs(call: Call, id: string, query: string): Promise<Answer> {
  const { out } = call.flags;
  const format = formatOf(call, typeof out === 'string' ? out : '');
  if (format === undefined) return wrongFormat();
  const path = `/api/diag/devices/${id}/trace/${format}?${query}`;
  const asked = await askBoxBytes(call.dataDir, 'GET', path, undefined, 40_000);
  if (!asked.ok) return asked.answer;
  const file = typeof out === 'string' ? out : `${id}.${format}`;
  const next = call.language === 'zh' ? '下一步：' : 'Next: ';
  return (
    notWritten(file, asked.value) ??
    good({ file, bytes: asked.value.length }, [
      `${file}  ${asked.value.length} B`,
      ...(format === 'ytrace' ? [`${next}yike trace replay ${file}`] : []),
    ])
  );
}

const RECORD_EXAMPLE = 'yike trace record scale-1 --for 30s -o scale-1.ytrace';
const wrongFormat = (): Answer =>
  usage(`--format 是 ${FORMATS.join('、')}`, `--format is ${FORMATS.join(', ')}`, RECORD_EXAMPLE);

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
