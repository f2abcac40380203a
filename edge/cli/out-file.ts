/** A file that a command leaves: written, or said in words why not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Answer, EXIT, failed, say } from './command.ts';

const WHY: Record<string, [zh: string, en: string]> = {
  ENOENT: ['没有这个文件夹', 'there is no such folder'],
  ENOTDIR: ['路径里有一个不是文件夹', 'a part of the path is no folder'],
  EISDIR: ['这是一个文件夹', 'it is a folder'],
  EACCES: ['没有写权限', 'no permission to write'],
  EPERM: ['没有写权限', 'no permission to write'],
  EROFS: ['只能读，不能写', 'it can only be read'],
  ENOSPC: ['没有空间了', 'no room is left'],
};

/** Undefined once it is there; its folder is made where it is missing and `folder` is set. */
export function notWritten(
  file: string,
  bytes: string | Uint8Array,
  { mode = 0o600, folder = false } = {},
): Answer | undefined {
  try {
    if (folder) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = WHY[code];
    if (!why) throw error;
    return failed(EXIT.failure, {
      code: 'E_NOT_WRITTEN',
      message: say(`写不了 ${file}：${why[0]}`, `${file} cannot be written: ${why[1]}`),
      hint: say('用 -o 换一个地方', 'Choose another place with -o'),
    });
  }
}
