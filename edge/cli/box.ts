/** Asks the running controller over its control socket. */
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { type Answer, EXIT, failed, say } from './command.ts';
import { CONTROL_SOCKET } from './socket.ts';

export type Asked<T> = { ok: true; value: T } | { ok: false; answer: Answer };

export type Method = 'GET' | 'POST';

/** One request; the failure is already an answer for people (exit 4: service not running). */
export async function askBox<T>(
  dataDir: string,
  method: Method,
  path: string,
  body?: object,
  timeoutMs?: number,
  idempotencyKey?: string,
): Promise<Asked<T>> {
  const asked = await askBoxBytes(dataDir, method, path, body, timeoutMs, idempotencyKey);
  return asked.ok ? { ok: true, value: JSON.parse(asked.value.toString('utf8')) as T } : asked;
}

/** The same for files. */
export function askBoxBytes(
  dataDir: string,
  method: Method,
  path: string,
  body?: object,
  timeoutMs = 10_000,
  idempotencyKey?: string,
): Promise<Asked<Buffer>> {
  const socketPath = join(resolve(dataDir), CONTROL_SOCKET);
  const payload = body ? JSON.stringify(body) : undefined;
  return new Promise((settle) => {
    const headers = {
      host: 'box',
      ...(payload && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
    const call = request({ socketPath, method, path, headers, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 500;
        if (status < 300) settle({ ok: true, value: Buffer.concat(chunks) });
        else settle({ ok: false, answer: refused(dataDir, path, status) });
      });
    });
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', (error) => settle({ ok: false, answer: notRunning(dataDir, error.message) }));
    call.end(payload);
  });
}

function refused(dataDir: string, path: string, status: number): Answer {
  const what = decodeURIComponent(path.split('/').pop() ?? '');
  if (status === 404)
    return failed(EXIT.noExist, {
      code: 'E_NOEXIST',
      message: say(`没有「${what}」`, `There is no "${what}"`),
      hint: say('yike device list', 'yike device list'),
    });
  const log = join(dataDir, 'log/yike.jsonl');
  return failed(EXIT.failure, {
    code: 'E_FAILURE',
    message: say(`控制器回答 ${status}`, `The controller answered ${status}`),
    hint: say(`看日志：${log}`, `See the log: ${log}`),
  });
}

function notRunning(dataDir: string, why: string): Answer {
  return failed(EXIT.notRunning, {
    code: 'E_NOT_RUNNING',
    message: say('控制器没有运行', 'The controller is not running'),
    reason: `${join(dataDir, CONTROL_SOCKET)}: ${why}`,
    hint: say(
      '先运行 yike start，或用 --data 指明目录',
      'Start it with `yike start`, or name its directory with --data',
    ),
  });
}
