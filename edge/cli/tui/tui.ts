/**
 * `yike tui`: the devices on the left, one of them on the right, live, in the whole terminal.
 * Plain escape sequences on the alternate screen; the terminal is given back however it ends.
 */
import type { CheckReport, DiagDevice, TraceLine } from '../../core/views/diag-views.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say } from '../command.ts';
import { reportLines } from '../devices/device-acts.ts';
import { fitted, frameOf, type Pane, type View } from './screen.ts';

const EVERY_MS = 500;
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const PANES: Record<string, Pane> = { h: 'health', l: 'live', m: 'monitor', c: 'config' };

export async function tui(call: Call): Promise<Answer> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY)
    return failed(EXIT.illegal, {
      code: 'E_NO_TERMINAL',
      message: say('这里没有终端', 'There is no terminal here'),
      hint: say('yike device list', 'yike device list'),
    });
  const first = await askBox<{ devices: DiagDevice[] }>(call.dataDir, 'GET', '/api/diag/devices');
  if (!first.ok) return first.answer;
  const leave = () => {
    stdin.setRawMode(false);
    stdout.write(LEAVE);
  };
  // Also where a bug, and not a key, ends it.
  process.once('exit', leave);
  stdin.setRawMode(true);
  stdout.write(ENTER);
  try {
    await run(call, first.value.devices);
  } finally {
    process.off('exit', leave);
    leave();
    stdin.pause();
  }
  return good({}, []);
}

/** Until q or Ctrl-C. */
function run(call: Call, devices: DiagDevice[]): Promise<void> {
  const { stdin, stdout } = process;
  const view: View = { devices, chosen: 0, pane: 'live', lines: [], language: call.language };
  const draw = () => {
    stdout.write(frameOf(view, fitted(stdout.columns, stdout.rows)));
  };
  return new Promise((resolve) => {
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      over = true;
      clearTimeout(timer);
      stdin.off('data', pressed);
      stdout.off('resize', draw);
      resolve();
    };
    const pressed = (bytes: Buffer) => {
      const key = bytes.toString('latin1');
      if (key === 'q' || key === '\u0003') return end();
      if (act(view, key)) void refresh(call, view).then(() => over || draw());
      draw();
    };
    const tick = async () => {
      await refresh(call, view);
      if (over) return;
      draw();
      timer = setTimeout(() => void tick(), EVERY_MS);
    };
    stdin.on('data', pressed);
    stdout.on('resize', draw);
    call.signal.addEventListener('abort', end, { once: true });
    void tick();
  });
}

/** What a key changes; true where the box must be asked anew at once. */
function act(view: View, key: string): boolean {
  const last = Math.max(0, view.devices.length - 1);
  if (key === '\u001b[A' || key === 'k') view.chosen = Math.max(0, view.chosen - 1);
  else if (key === '\u001b[B' || key === 'j') view.chosen = Math.min(last, view.chosen + 1);
  else if (key === 'b') view.pane = 'bundle';
  else if (PANES[key]) view.pane = PANES[key];
  else return false;
  view.lines = [];
  return true;
}

interface Answered<T> {
  ok: boolean;
  value?: T;
}

/** Asks for the list, and for what the pane shows; a box that is gone is said so. */
async function refresh(call: Call, view: View): Promise<void> {
  const listed = await askBox<{ devices: DiagDevice[] }>(call.dataDir, 'GET', '/api/diag/devices');
  if (!listed.ok) {
    view.lines = [listed.answer.error?.message[call.language] ?? ''];
    return;
  }
  view.devices = listed.value.devices;
  const device = view.devices[view.chosen];
  if (!device) return;
  const { pane } = view;
  const lines = await linesOf(call, device, pane, view);
  if (view.pane === pane && view.devices[view.chosen] === device) view.lines = lines;
}

async function linesOf(call: Call, device: DiagDevice, pane: Pane, view: View): Promise<string[]> {
  const at = `/api/diag/devices/${device.id}`;
  if (pane === 'health') {
    // Once for a look: a check is no heartbeat.
    if (view.lines.length > 0) return view.lines;
    const level = { level: 'internal' };
    const asked = await askBox<Answered<CheckReport>>(call.dataDir, 'POST', `${at}/check`, level);
    return asked.ok && asked.value.value ? reportLines(asked.value.value, call.language) : [];
  }
  if (pane === 'monitor') {
    const path = `${at}/lines?after=-1&limit=60`;
    const asked = await askBox<Answered<{ lines: TraceLine[] }>>(call.dataDir, 'GET', path);
    const lines = (asked.ok && asked.value.value?.lines) || [];
    return lines.map(({ direction, hex = '', text }) => `${direction.padEnd(4)} ${hex}  ${text}`);
  }
  if (pane === 'bundle') {
    const asked = await askBox<{ summary: string }>(call.dataDir, 'GET', '/api/diag/summary');
    const next = 'yike support bundle -o FOLDER';
    return asked.ok ? [...asked.value.summary.split('\n'), '', next] : [];
  }
  return [];
}
