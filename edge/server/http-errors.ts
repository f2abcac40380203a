/** What the server itself refuses, in one shape. */
import type { Text } from '../core/ports.ts';

interface HttpError {
  status: number;
  message: Text;
  next: Text;
}

export const HTTP_ERRORS = {
  NOT_FOUND: {
    status: 404,
    message: { zh: '没有这个页面', en: 'There is no such page' },
    next: { zh: '请回到首页', en: 'Go back to the first page' },
  },
  BAD_REQUEST: {
    status: 400,
    message: { zh: '请求的内容不对', en: 'The request is not understood' },
    next: { zh: '请按 /api/openapi.json 的说明发送', en: 'Send it as /api/openapi.json describes' },
  },
  WRONG_HOST: {
    status: 421,
    message: { zh: '不接受用这个域名访问', en: 'This host name is not served here' },
    next: { zh: '请用本机的地址访问', en: 'Use this box’s own address' },
  },
  KEY_MISSING: {
    status: 400,
    message: { zh: '缺少 Idempotency-Key', en: 'The Idempotency-Key header is missing' },
    next: { zh: '每个操作带一个新的编号', en: 'Send a fresh key with every command' },
  },
  TOO_MANY: {
    status: 429,
    message: { zh: '请求太密集', en: 'Too many requests at once' },
    next: { zh: '稍等几秒再试', en: 'Wait a few seconds and try again' },
  },
  TOO_SLOW: {
    status: 408,
    message: { zh: '请求没有按时发完', en: 'The request was not finished in time' },
    next: { zh: '请再试一次', en: 'Try again' },
  },
  INTERNAL: {
    status: 500,
    message: { zh: '机器内部出错，已记录', en: 'Something went wrong here and was logged' },
    next: { zh: '请再试一次；仍不行请呼叫店员', en: 'Try again; if it stays, call staff' },
  },
} satisfies Record<string, HttpError>;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

export function errorBody(code: HttpErrorCode, detail?: string) {
  const { message, next } = HTTP_ERRORS[code];
  return { error: { code, message, next, ...(detail && { detail }) } };
}
