/** `yike support bundle`, `yike doctor`. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorReport } from '../doctor.ts';
import { askBox, askBoxBytes } from './box.ts';
import { type Answer, type Call, EXIT, good, table, usage } from './command.ts';
import { duration } from './duration.ts';

const PATIENCE_MS = 40_000;

export async function supportBundle(call: Call): Promise<Answer> {
  const since = duration(String(call.flags.since ?? '24h'));
  if (since === undefined)
    return usage('--since 写成 2h', '--since is like 2h', 'yike support bundle --since 2h');
  const told = await askBox<{
    summary: string;
    name: string;
    files: { name: string; size: number }[];
  }>(call.dataDir, 'GET', '/api/diag/summary', undefined, PATIENCE_MS);
  if (!told.ok) return told.answer;
  const asked = await askBoxBytes(
    call.dataDir,
    'GET',
    `/api/diag/support?since=${since}`,
    undefined,
    PATIENCE_MS,
  );
  if (!asked.ok) return asked.answer;
  const { summary, name, files } = told.value;
  const out = typeof call.flags.out === 'string' ? call.flags.out : '.';
  const file = isFolder(out) ? join(out, name) : out;
  writeFileSync(file, asked.value, { mode: 0o600 });
  const rows = files.map((each) => [`  ${each.name}`, `${each.size} B`]);
  return good({ file, bytes: asked.value.length, files, summary }, [
    `${file}  ${asked.value.length} B`,
    ...table(rows),
    '',
    summary,
  ]);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const MARK = { pass: '✓', warn: '!', fail: '✗', none: '-' };

/** Asks the running store; without one it looks at what can be seen from outside. */
export async function doctor(call: Call): Promise<Answer> {
  const asked = await askBox<DoctorReport>(call.dataDir, 'GET', '/api/diag/doctor');
  const report = asked.ok ? asked.value : await alone(call);
  const rows = report.checks.map(({ status, title, value, hint }) => [
    `${MARK[status]} ${title[call.language]}`,
    value,
    hint ? `→ ${hint[call.language]}` : '',
  ]);
  const exit = report.status === 'ok' ? EXIT.ok : EXIT.warnings;
  return good(report, table(rows), exit);
}

async function alone(call: Call): Promise<DoctorReport> {
  const [{ examineBox }, { systemClock }] = await Promise.all([
    import('../doctor.ts'),
    import('../runtime.ts'),
  ]);
  const clock = systemClock();
  return examineBox({
    dataDir: call.dataDir,
    wallMs: clock.wallMs(),
    wallQuality: clock.wallQuality(),
  });
}
