/** `yike support bundle`: one file for somebody far away. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { askBox, askBoxBytes } from '../box.ts';
import { type Answer, type Call, good, table, usage } from '../command.ts';
import { duration } from '../duration.ts';
import { notWritten } from '../out-file.ts';

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
  const failure = notWritten(file, asked.value);
  if (failure) return failure;
  const rows = files.map((each) => [`  ${each.name}`, `${each.size} B`]);
  return good({ file, bytes: asked.value.length, files, summary }, [
    `${file}  ${asked.value.length} B`,
    ...table(rows),
    '',
    ...summary.split('\n'),
  ]);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
