/** Why head office does not start. What it answers to a store is in `cloud-sync/errors.ts`. */
import type { Text } from '../../edge/core/ports.ts';

interface ErrorEntry {
  message: Text;
  next: Text;
  /** Whether starting again may help without a person. */
  retry: boolean;
}

export const HEAD_OFFICE_ERRORS = {
  DATABASE_NOT_INSTALLED: {
    message: {
      zh: '这个平台没有自带的 PostgreSQL',
      en: 'No PostgreSQL comes with this package on this platform',
    },
    next: {
      zh: '设置 DATABASE_URL 指向一个 PostgreSQL',
      en: 'Set DATABASE_URL to a PostgreSQL server',
    },
    retry: false,
  },
  DATA_DIR_IN_USE: {
    message: { zh: '另一个总部正在使用这个目录', en: 'Another head office uses this directory' },
    next: { zh: '先停止它，或换一个目录', en: 'Stop it first, or choose another directory' },
    retry: true,
  },
  DATABASE_NOT_STARTED: {
    message: { zh: 'PostgreSQL 没能启动', en: 'PostgreSQL did not start' },
    next: { zh: '查看 postgres.log', en: 'Read postgres.log' },
    retry: true,
  },
  PORT_IN_USE: {
    message: { zh: '端口已被占用', en: 'The port is in use' },
    next: { zh: '换一个端口（--port）', en: 'Choose another port (--port)' },
    retry: false,
  },
  BAD_OPTION: {
    message: { zh: '选项不对', en: 'A wrong option' },
    next: {
      zh: '用法：main.js --port 8070 --data 目录 --token 门店=令牌',
      en: 'Usage: main.js --port 8070 --data DIR --token STORE=TOKEN',
    },
    retry: false,
  },
} as const satisfies Record<string, ErrorEntry>;

export type HeadOfficeErrorCode = keyof typeof HEAD_OFFICE_ERRORS;

export class HeadOfficeError extends Error {
  readonly code: HeadOfficeErrorCode;
  readonly retry: boolean;

  constructor(code: HeadOfficeErrorCode, detail: string, options?: ErrorOptions) {
    const { message, next, retry } = HEAD_OFFICE_ERRORS[code];
    const words = `${message.zh} / ${message.en} (${detail}). ${next.zh} / ${next.en}`;
    super(`${code}: ${words}`, options);
    this.name = 'HeadOfficeError';
    this.code = code;
    this.retry = retry;
  }
}
